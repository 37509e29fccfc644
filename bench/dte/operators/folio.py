"""B: identification, folio, CAF, stamp, dates."""

import base64
import datetime

from ..case import Case, spoil

STAMP = "TED/DD/"


def _stamped(case: Case) -> None:
    """Stamp now, so that the operator can spoil the stamp itself."""
    case.data()
    case.restamp = False


@spoil("B01", also="A03 A06 B02 B04 B11 C01 C02 C03 C04 C05 C06 C09 C11 D01 D02 D03 D05 D06 D07 D09 D10 D11 E01 E02 "
                  "E05 E06 E07 E08 E09 F01 F02 F03 F04 F05 F06 F07 F08 F09 F10 F11 F12 F13 F16 G01 G04 G05 G11 A05 "
                  "A07 C10")
def unknown_type(case: Case):
    case.set("IdDoc/TipoDTE", 40)
    case.restamp = False


@spoil("B02", also="A03 A06 B04 B11 B03")
def folio_zero(case: Case):
    case.set("IdDoc/Folio", 0)


@spoil("A05", also="A03 A06 B02 B03 B04 B11")
def folio_with_letters(case: Case):
    case.set("IdDoc/Folio", "A101")
    case.restamp = False


@spoil("B02", also="A03 A06 B04 B11")
def folio_of_eleven_digits(case: Case):
    case.set("IdDoc/Folio", 10**10)


@spoil("B03", context_only=True)
def folio_already_sent(case: Case):
    case.context["issued"] = {**case.context["issued"], (case.kind, int(case.text("IdDoc/Folio"))): "accepted"}


@spoil("B03", context_only=True)
def folio_annulled(case: Case):
    case.context["issued"] = {**case.context["issued"], (case.kind, int(case.text("IdDoc/Folio"))): "annulled"}


@spoil("B04")
def folio_outside_its_caf(case: Case):
    folio = int(case.text("IdDoc/Folio"))
    case.caf.update(first=folio + 1, last=folio + 50)
    case.context.pop("cafs")


@spoil("B04", also="B11")
def caf_of_another_type(case: Case):
    case.caf["kind"] = 61 if case.kind != 61 else 56
    case.context.pop("cafs")


@spoil("B05", {33, 43, 46, 56, 61})
def caf_expired(case: Case):
    case.caf["date"] = "2026-03-01"
    case.context.pop("cafs")


@spoil("B06")
def caf_of_certification(case: Case):
    case.caf["idk"] = 100
    case.context.pop("cafs")


@spoil("B07")
def dated_before_its_caf(case: Case):
    case.caf["date"] = "2026-11-20"
    case.context.pop("cafs")


def _redate(case: Case, day: str) -> None:
    """Move the document to another day, leaving no other date behind it."""
    case.set("IdDoc/FchEmis", day)


@spoil("B08", also="A03 B05 B07 B09 B10 B13 G04 G13 G16 D05 C10 A10 F01 F03 F05 F11")
def dated_in_2001(case: Case):
    _redate(case, "2001-05-04")


@spoil("B08", also="B05 B10 B13 D02 D05 G13 G16 A10")
def dated_in_2049(case: Case):
    _redate(case, "2049-05-04")


@spoil("B08", also="B10 B13 D02 D05")
def dated_tomorrow(case: Case):
    _redate(case, str(case.context["today"] + datetime.timedelta(days=1)))


@spoil("B09", {33, 34, 56, 61})
def signed_two_months_later(case: Case):
    case.context["today"] = datetime.date(2027, 1, 20)
    case.set("TmstFirma", "2027-01-20T10:00:00")


@spoil("B10", also="D02")
def due_before_issue(case: Case):
    case.set("IdDoc/FchVenc", "2026-10-01")


@spoil("B10")
def period_upside_down(case: Case):
    case.set("IdDoc/PeriodoDesde", "2026-10-31")
    case.set("IdDoc/PeriodoHasta", "2026-10-01")


def _copies(name: str, value: str, also: str = ""):
    """One operator per datum that the stamp copies."""

    def act(case: Case):
        _stamped(case)
        case.need(name != "RSR" or case.has("Receptor/RznSocRecep"))
        case.set(STAMP + name, value)

    act.__name__ = f"stamp_with_another_{name}"
    spoil("B11", also=f"B12 {also}")(act)


_copies("RE", "76354771-K", "B04")
_copies("TD", "60", "B04")
_copies("F", "123456", "B04")
_copies("FE", "2026-11-01", "B07 B13")
_copies("RR", "76354771-K")
_copies("RSR", "Otro Cliente")
_copies("MNT", "999")
_copies("IT1", "Otro producto")


@spoil("B12")
def stamp_forged(case: Case):
    _stamped(case)
    raw = bytearray(base64.b64decode(case.text("TED/FRMT")))
    raw[3] ^= 1
    case.set("TED/FRMT", base64.b64encode(bytes(raw)).decode())


@spoil("B12")
def stamp_moment_changed(case: Case):
    """Stamped data changed after stamping, within what B13 takes."""
    _stamped(case)
    case.set("TED/DD/TSTED", case.text("TED/DD/TSTED")[:-2] + "01")


@spoil("B13")
def signed_before_its_date(case: Case):
    case.set("TmstFirma", "2026-10-01T10:00:00")


@spoil("B13", also="B09")
def signed_in_the_future(case: Case):
    case.set("TmstFirma", "2026-12-24T10:00:00")


@spoil("B14")
def caf_with_another_name(case: Case):
    case.caf["name"] = "Otra Empresa Cualquiera S.A."
