"""What a received DTE says as a vendor bill: to the peso, whatever its prices."""

import datetime
from decimal import Decimal

import factory
import pytest
import signing
from hypothesis import given, settings
from hypothesis import strategies as st

from l10n_cl_ai import dte as rules
from l10n_cl_ai.dte import Unreadable, files
from l10n_cl_ai.dte.bill import BILLS, read_bill, refusal
from l10n_cl_ai.dte.bill_lines import bill_lines
from l10n_cl_ai.dte.money import half_up, percent
from l10n_cl_ai.dte.rut import normalize, variants


def bill(root):
    return read_bill(factory.document(root))


def worth(line):
    return line.quantity * line.price * (100 - line.discount) / 100


@pytest.mark.parametrize("kind", sorted(BILLS))
def test_every_type_adds_up(kind):
    document = factory.document(factory.dte(kind))
    ours = kind == 46
    assert refusal(document, factory.ISSUER if ours else factory.RECEIVER) is None
    read = read_bill(document)
    assert sum(line.amount for line in read.lines) == read.net + read.exempt
    assert all(abs(worth(line) - line.amount) < Decimal("0.001") for line in read.lines)
    assert read.total == read.net + read.exempt + read.iva + sum(tax.sign * tax.amount for tax in read.taxes)
    assert read.party.rut == (factory.RECEIVER if ours else factory.ISSUER)
    assert (read.folio, read.date, read.notes) == (101, datetime.date(2026, 11, 18), ())


@pytest.mark.parametrize("kind", (39, 41, 43, 52, 110, 111, 112))
def test_other_types_are_refused(kind):
    assert str(kind) in str(refusal(factory.document(factory.dte(kind)), factory.RECEIVER))


def test_a_company_without_rut_is_told_so():
    assert "RUT" in str(refusal(factory.document(factory.dte(33)), None))


def test_orders_and_other_references_are_kept_apart():
    root = factory.added(
        factory.dte(33), "",
        "<Referencia><NroLinRef>1</NroLinRef><TpoDocRef>801</TpoDocRef><FolioRef>P00012</FolioRef></Referencia>"
        "<Referencia><NroLinRef>2</NroLinRef><TpoDocRef>801</TpoDocRef><FolioRef>P00012</FolioRef></Referencia>"
        "<Referencia><NroLinRef>3</NroLinRef><TpoDocRef>52</TpoDocRef><FolioRef>9</FolioRef></Referencia>",
        before="TmstFirma",
    )  # fmt: skip
    read = bill(root)
    assert (read.orders, read.origin, read.others) == (("P00012",), None, (("52", "9", None),))


def test_a_note_names_what_it_corrects():
    assert bill(factory.dte(61)).origin == ("33", "77")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals("0.000001", 9999, places=6), st.decimals("0.01", 99999, places=6), st.integers(0, 90)
        ),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
def test_lines_are_worth_their_amount_whatever_they_say(rows):
    root = factory.dte(33)
    template = factory.find(root, "Detalle")
    for line in root[0].findall(f"{{{factory.NS}}}Detalle"):
        root[0].remove(line)
    place, net = 1, 0
    for quantity, price, share in rows:
        off = percent(half_up(quantity * price), share)
        amount = half_up(quantity * price) - off
        net += amount
        discount = f"<DescuentoMonto>{off}</DescuentoMonto>" if off else ""
        root = factory.added(
            root, "",
            f"<Detalle><NmbItem>x</NmbItem><QtyItem>{quantity:f}</QtyItem><PrcItem>{price:f}</PrcItem>{discount}"
            f"<MontoItem>{amount}</MontoItem></Detalle>", before="TmstFirma",
        )  # fmt: skip
        place += 1
    assert template is not None
    root = factory.changed(root, "Encabezado/Totales/MntNeto", str(net))
    lines, notes = bill_lines(factory.document(root), 2)
    assert not notes
    assert sum(line.amount for line in lines) == net
    for line in lines:
        assert abs(worth(line) - line.amount) <= line.quantity * Decimal("0.000001") + Decimal("0.000001")


def test_files_are_known_by_their_root():
    assert files.holds_dtes(factory.written(factory.dte(33)))
    assert files.holds_dtes(b"\xef\xbb\xbf \n<!-- x --><EnvioDTE version='1.0'>")
    assert files.holds_dtes(b'<sii:DTE xmlns:sii="http://www.sii.cl/SiiDte">')
    for other in (b"", b"%PDF <DTE>", b"<RespuestaDTE/>", b"<Invoice/>", b"hola <DTE>"):
        assert not files.holds_dtes(other)


def test_an_envelope_is_split_into_files_that_read_the_same():
    ones = [factory.dte(33, folio) for folio in (1, 2, 3)]
    parts = [factory.written(each).partition(b"?>")[2] for each in ones]
    data = b'<EnvioDTE xmlns:xsi="urn:x" version="1.0"><SetDTE>' + b"\n".join(parts) + b"</SetDTE></EnvioDTE>"
    alone = files.split(data)
    assert len(alone) == 3
    assert [files.split(each) for each in alone] == [[], [], []]
    assert all(b"urn:x" in each for each in alone)  # part of what was signed
    assert files.split(factory.written(ones[0])) == []


def test_what_was_signed_still_verifies_in_a_file_of_its_own():
    data = signing.written(signing.envelope([signing.signed(factory.dte(33, folio)) for folio in (1, 2)]))
    for alone in files.split(data):
        [document] = rules.read(alone, rules.Context(today=factory.TODAY))
        assert "A09" not in {finding.rule for finding in rules.check(document).findings}


def test_a_file_that_must_not_be_read_has_an_empty_root():
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><DTE>&a;</DTE>'
    assert (files.root(bomb).tag, len(files.root(bomb))) == ("unreadable", 0)
    with pytest.raises(Unreadable):
        files.split(bomb)


def test_a_rut_is_found_however_it_was_written():
    forms = variants("76418205-K")
    assert {"76418205-K", "76.418.205-K", "76418205K", "76.418.205-k", "CL76418205-K"} <= set(forms)
    assert {normalize(form) for form in forms} == {"76418205-K"}
