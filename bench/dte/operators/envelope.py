"""A, second part: envelopes."""

import copy

from ..builder import NS
from ..case import Case, spoil
from ..signer import SIGNER

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def _in_cover(case: Case, tag: str):
    return case.root[0].find(f"{{{NS}}}Caratula/{{{NS}}}{tag}")


@spoil("A03", sets=True)
def no_schema_location(case: Case):
    del case.root.attrib[f"{{{XSI}}}schemaLocation"]


@spoil("A06", sets=True, also="A07 B03 A09")
def same_document_twice(case: Case):
    case.dte.addnext(copy.deepcopy(case.dte))


@spoil("A07", sets=True)
def counts_do_not_match(case: Case):
    count = _in_cover(case, "SubTotDTE").find(f"{{{NS}}}NroDTE")
    count.text = str(int(count.text) + 1)


@spoil("A07", sets=True, also="A03")
def type_not_counted(case: Case):
    row = _in_cover(case, "SubTotDTE")
    row.find(f"{{{NS}}}TpoDTE").text = "34" if case.kind != 34 else "33"


@spoil("A08", sets=True)
def not_addressed_to_the_sii(case: Case):
    _in_cover(case, "RutReceptor").text = "76192083-9"
    case.context["role"] = "issuer"


@spoil("A08", sets=True)
def cover_of_another_issuer(case: Case):
    _in_cover(case, "RutEmisor").text = SIGNER


@spoil("A08", sets=True)
def resolution_of_certification(case: Case):
    _in_cover(case, "NroResol").text = "0"


@spoil("A08", sets=True)
def resolution_of_another_date(case: Case):
    _in_cover(case, "FchResol").text = "2015-01-01"
