"""Group C: parties. Each rule fires on what it is for, and is silent on every right document."""

import factory
import pytest

from l10n_cl_ai import dte
from l10n_cl_ai.dte import Context, comuna
from l10n_cl_ai.dte.tables import load
from l10n_cl_ai.dte.types import ALL, NATIONAL, NOT_BOLETA

RULES = [f"C{n:02d}" for n in range(1, 12)]
RECEIVER, ISSUER = "Encabezado/Receptor", "Encabezado/Emisor"
COMPANY = {"company_rut": factory.ISSUER, "role": "issuer"}
FULL = sorted({33, 34, 43, 46, 52, 110})


def found(root, rule, **context):
    """Return {path: effect} of one rule's findings."""
    return {f.path: f.sii_effect.value for f in factory.findings(root, rule, **{**COMPANY, **context})}


def change(kind, *changes):
    root = factory.dte(kind)
    for path, text in changes:
        root = factory.changed(root, path, text)
    return root


@pytest.mark.parametrize("kind", sorted(ALL))
def test_a_right_document_has_nothing_and_all_is_evaluated(kind):
    report = dte.check(factory.document(factory.dte(kind), **COMPANY))
    assert [f for f in report.findings if f.rule in RULES] == []
    assert [rule for rule in report.not_evaluated if rule in RULES] == []


def test_all_rules_are_there():
    assert [rule for rule in RULES if rule not in dte.RULES] == []


# -- C01 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(ALL))
@pytest.mark.parametrize("place", [f"{ISSUER}/RUTEmisor", f"{RECEIVER}/RUTRecep"])
@pytest.mark.parametrize("rut", ["77262640-2", "77.262.640-1", "77262640-k", "772626401", "9-4", "X"])
def test_c01_wrong_rut_of_a_party_is_a_reject(kind, place, rut):
    assert found(change(kind, (place, rut)), "C01") == {place: "reject"}


def test_c01_says_the_digit_that_belongs_to_the_number():
    (finding,) = factory.findings(change(33, (f"{RECEIVER}/RUTRecep", "77262640-2")), "C01")
    assert (finding.found, finding.expected) == ("77262640-2", "77262640-1")
    assert "77262640-1" in str(finding.message)


@pytest.mark.parametrize(
    ("path", "rut", "effect"),
    [
        ("RUTTrans", "77262640-2", "reparo"),
        ("RUTTrans", "77.262.640-1", "reject"),
        ("Chofer/RUTChofer", "12345678-4", "reparo"),
        ("Chofer/RUTChofer", "12345678", "reject"),
    ],
)
def test_c01_wrong_digit_of_carrier_or_driver_is_no_reject(path, rut, effect):
    path = f"Encabezado/Transporte/{path}"
    assert found(change(52, (path, rut)), "C01") == {path: effect}


def test_c01_reads_principal_requester_and_other_taxpayer():
    root = factory.added(factory.dte(61), "Encabezado", "<RUTMandante>1-1</RUTMandante>", "Receptor")
    root = factory.added(root, "Encabezado", "<RUTSolicita>12345678-1</RUTSolicita>", "Totales")
    root = factory.added(root, "Referencia", "<RUTOtr>77262640-2</RUTOtr>", "FchRef")
    paths = ["Encabezado/RUTMandante", "Encabezado/RUTSolicita", "Referencia[1]/RUTOtr"]
    assert found(root, "C01") == dict.fromkeys(paths, "reparo")


@pytest.mark.parametrize("rut", ["0", "0-0"])
def test_c01_rut_zero_of_a_boleta_needs_an_internal_code(rut):
    root = change(39, (f"{RECEIVER}/RUTRecep", rut))
    assert found(root, "C01") == {f"{RECEIVER}/RUTRecep": "reject"}
    assert found(factory.added(root, RECEIVER, "<CdgIntRecep>CL-7</CdgIntRecep>"), "C01") == {}
    assert found(change(33, (f"{RECEIVER}/RUTRecep", rut)), "C01")


# -- C02, C03 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(NATIONAL - {52}))
def test_c02_a_document_to_oneself(kind):
    root = change(kind, (f"{RECEIVER}/RUTRecep", factory.ISSUER))
    assert found(root, "C02") == {f"{RECEIVER}/RUTRecep": "none"}


def test_c02_a_guide_to_oneself_is_right_unless_it_is_a_sale():
    to_self = (f"{RECEIVER}/RUTRecep", factory.ISSUER)
    assert found(change(52, to_self), "C02")
    assert not found(change(52, to_self, ("Encabezado/IdDoc/IndTraslado", 5)), "C02")


def test_c02_the_company_is_the_party_it_should_be():
    root = factory.dte(33)
    assert found(root, "C02", company_rut="77.262.640-1") == {f"{ISSUER}/RUTEmisor": "reject"}
    assert found(root, "C02", role="receiver") == {f"{RECEIVER}/RUTRecep": "none"}
    assert found(root, "C02", role="receiver", company_rut=factory.RECEIVER) == {}
    assert found(factory.dte(39), "C02", role="receiver") == {}, "an anonymous boleta may be anybody's"


def test_c02_without_a_company_still_sees_the_same_party_twice():
    report = dte.check(factory.document(change(33, (f"{RECEIVER}/RUTRecep", factory.ISSUER))))
    assert [f.rule for f in report.findings if f.rule == "C02"] == ["C02"]
    assert report.not_evaluated["C02"] == "company_rut"


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
def test_c03_anonymous_buyer_is_for_boletas(kind):
    effect = "reparo" if kind in (52, 56, 61) else "reject"
    root = change(kind, (f"{RECEIVER}/RUTRecep", "66666666-6"))
    assert found(root, "C03") == {f"{RECEIVER}/RUTRecep": effect}


@pytest.mark.parametrize("boleta", ["39", "41", "35", "38"])
def test_c03_notes_on_a_boleta_keep_its_anonymous_buyer(boleta):
    root = change(61, (f"{RECEIVER}/RUTRecep", "66666666-6"), ("Referencia/TpoDocRef", boleta))
    assert found(root, "C03") == {}


@pytest.mark.parametrize("kind", [39, 41])
def test_c03_periodic_services_name_their_customer(kind):
    assert found(change(kind, ("Encabezado/IdDoc/IndServicio", 2)), "C03")


@pytest.mark.parametrize(
    ("kind", "fires"),
    [(33, True), (34, True), (52, True), (46, False), (39, False), (110, False), (61, False)],
)
def test_c03_foreign_rut(kind, fires):
    root = change(kind, (f"{RECEIVER}/RUTRecep", "55555555-5"))
    assert bool(found(root, "C03")) is fires


# -- C04 to C07 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
@pytest.mark.parametrize("tag", ["RznSoc", "GiroEmis", "Acteco"])
def test_c04_issuer_lacks_its_data(kind, tag):
    assert found(change(kind, (f"{ISSUER}/{tag}", None)), "C04") == {f"{ISSUER}/{tag}": "reject"}


@pytest.mark.parametrize(
    ("kind", "tag", "text"),
    [
        (33, "RznSoc", "x" * 101),
        (33, "GiroEmis", "x" * 81),
        (39, "GiroEmisor", "x" * 81),
        (39, "RznSocEmisor", "x" * 101),
        (110, "Acteco", "4649031"),
        (33, "Acteco", "abc"),
        (33, "Acteco", "0"),
    ],
)
def test_c04_issuer_data_that_the_schema_refuses(kind, tag, text):
    assert found(change(kind, (f"{ISSUER}/{tag}", text)), "C04") == {f"{ISSUER}/{tag}": "reject"}


@pytest.mark.parametrize(
    ("kind", "tag", "text"),
    [
        (33, "RznSoc", "x" * 100),
        (33, "GiroEmis", "x" * 80),
        (33, "Acteco", "11101"),
        (39, "GiroEmisor", None),
    ],
)
def test_c04_is_silent_on_the_limit(kind, tag, text):
    assert found(change(kind, (f"{ISSUER}/{tag}", text)), "C04") == {}


def test_c04_at_most_four_activities():
    assert not found(factory.added(factory.dte(33), ISSUER, "<Acteco>1</Acteco>" * 3), "C04")
    root = factory.added(factory.dte(33), ISSUER, "<Acteco>1</Acteco>" * 4)
    assert found(root, "C04") == {f"{ISSUER}/Acteco": "reject"}


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
def test_c05_issuer_address_and_comuna_by_type(kind):
    no_address, no_comuna = (
        change(kind, (f"{ISSUER}/DirOrigen", None)),
        change(kind, (f"{ISSUER}/CmnaOrigen", None)),
    )
    assert bool(found(no_address, "C05")) is (kind in FULL)
    assert bool(found(no_comuna, "C05")) is (kind in (33, 34, 52))


@pytest.mark.parametrize(("tag", "limit"), [("DirOrigen", 70), ("CmnaOrigen", 20), ("CiudadOrigen", 20)])
def test_c05_lengths(tag, limit):
    assert found(change(33, (f"{ISSUER}/{tag}", "x" * limit)), "C05") == {}
    assert found(change(33, (f"{ISSUER}/{tag}", "x" * (limit + 1))), "C05") == {f"{ISSUER}/{tag}": "reject"}


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
@pytest.mark.parametrize("tag", ["RznSocRecep", "GiroRecep", "DirRecep", "CmnaRecep"])
def test_c06_receiver_data_by_type(kind, tag):
    hits = found(change(kind, (f"{RECEIVER}/{tag}", None)), "C06")
    if tag == "RznSocRecep":
        assert hits == {f"{RECEIVER}/{tag}": "reject"}
    elif kind in FULL:
        assert hits == {f"{RECEIVER}/{tag}": "reparo" if kind == 110 else "reject"}
    else:
        assert hits == {}, "optional in notes"


@pytest.mark.parametrize(
    ("tag", "limit"),
    [("RznSocRecep", 100), ("GiroRecep", 40), ("DirRecep", 70), ("CmnaRecep", 20), ("CiudadRecep", 20)],
)
def test_c06_lengths(tag, limit):
    assert found(change(61, (f"{RECEIVER}/{tag}", "x" * limit)), "C06") == {}
    assert found(change(61, (f"{RECEIVER}/{tag}", "x" * (limit + 1))), "C06") == {
        f"{RECEIVER}/{tag}": "reject"
    }


def test_c06_a_boleta_for_periodic_services_says_where():
    root = change(39, ("Encabezado/IdDoc/IndServicio", 1))
    assert found(root, "C06") == {f"{RECEIVER}/DirRecep": "reparo", f"{RECEIVER}/CmnaRecep": "reparo"}


@pytest.mark.parametrize("kind", [110, 111, 112])
def test_c07_cities_of_an_export_invoice(kind):
    places = (f"{ISSUER}/CiudadOrigen", f"{RECEIVER}/CiudadRecep")
    expected = dict.fromkeys(places, "reparo") if kind == 110 else {}
    assert found(change(kind, *((place, None) for place in places)), "C07") == expected


def test_c07_nationality_is_a_code_of_aduanas():
    path = f"{RECEIVER}/Extranjero/Nacionalidad"
    assert found(change(110, (path, "US")), "C07") == {path: "reparo"}
    effects = [f.sii_effect for f in factory.findings(change(110, (path, "Estados Unidos")), "C07")]
    assert effects == ["reject", "reparo"], "too long for the schema, and no code"
    assert found(change(110, (path, None)), "C07") == {}


# -- C08 ---------------------------------------------------------------------------------------------


def test_there_are_346_comunas_in_16_regions():
    comunas = load("comunas")
    assert len(comunas) == len(set(comunas.values())) == 346
    assert {code[:2] for code in comunas} == {f"{region:02d}" for region in range(1, 17)}
    assert max(map(len, comunas.values())) <= 20, "CmnaRecep takes 20 characters"


def test_tables_name_comunas_that_exist():
    comunas = load("comunas")
    codes = [code for name in ("comuna_variants", "places") for code in load(name).values() if code]
    codes += [code for head, inner in load("conurbations").items() for code in (head, *inner)]
    assert [code for code in codes if code not in comunas] == []
    assert [name for name in load("places") if comuna.code_of(name)] == []


def test_every_comuna_is_recognised_however_it_is_written():
    for code, name in load("comunas").items():
        bare = name.translate(str.maketrans("áéíóúñüÁÉÍÓÚÑ", "aeiounuAEIOUN"))
        for text in (name, name.upper(), name.lower(), bare, bare.upper()):
            assert comuna.code_of(text) == code, text


@pytest.mark.parametrize(
    "name", ["CONCEPCION", "Ñuñoa", "nunoa", "Til Til", "LLAY-LLAY", "Con Con", "O´Higgins", "Aisén"]
)
def test_c08_spellings_in_use_are_right(name):
    assert found(change(33, (f"{RECEIVER}/CmnaRecep", name)), "C08") == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Provindencia", "Providencia"),
        ("PTO MONTT", "Puerto Montt"),
        ("Chill?n", "Chillán"),
        ("Comuna de Maipú", "Maipú"),
        ("Santiago Centro", "Santiago"),
        ("Viña", "Viña del Mar"),
        ("Puerto Natales", "Natales"),
        ("Region Metropolitana", None),
        ("Metropolitana", None),
        ("Springfield", None),
        ("13101", None),
    ],
)
def test_c08_unknown_comuna(name, expected):
    (finding,) = factory.findings(change(33, (f"{RECEIVER}/CmnaRecep", name)), "C08")
    assert (finding.path, finding.expected) == (f"{RECEIVER}/CmnaRecep", expected)
    assert (finding.action, finding.basis) == (dte.Action.WARN, dte.Basis.INFERRED)
    assert name in str(finding.message)


@pytest.mark.parametrize(
    ("name", "city", "fires"),
    [
        ("Santiago", "Providencia", True),
        ("SANTIAGO", "las condes", True),
        ("Santiago", "Santiago", False),
        ("Las Condes", "Santiago", False),
        ("Santiago", "Temuco", False),
    ],
)
def test_c08_comuna_and_city_changed_places(name, city, fires):
    root = change(33, (f"{RECEIVER}/CmnaRecep", name), (f"{RECEIVER}/CiudadRecep", city))
    assert bool(found(root, "C08")) is fires


@pytest.mark.parametrize("kind", sorted(ALL))
def test_c08_judges_the_comuna_of_every_issuer(kind):
    assert found(change(kind, (f"{ISSUER}/CmnaOrigen", "Gotham")), "C08") == {f"{ISSUER}/CmnaOrigen": "none"}


def test_c08_judges_the_destination_but_not_foreign_places():
    destination = "Encabezado/Transporte/CmnaDest"
    assert found(change(52, (destination, "Gotham")), "C08") == {destination: "none"}
    assert found(change(52, (destination, "Gotham"), ("Encabezado/IdDoc/IndTraslado", 9)), "C08") == {}
    assert (
        found(change(46, (f"{RECEIVER}/RUTRecep", "55555555-5"), (f"{RECEIVER}/CmnaRecep", "Gotham")), "C08")
        == {}
    )


def test_a_hostile_name_is_answered_in_bounded_time():
    assert comuna.meant("x" * 10**6) == comuna.Place(None, False)
    assert comuna.code_of("x" * 10**6) is None


# -- C09 to C11 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path", "text", "effect"),
    [
        (33, f"{ISSUER}/CiudadOrigen", "", "none"),
        (33, f"{RECEIVER}/CiudadRecep", "\n  ", "none"),
        (33, f"{ISSUER}/RznSoc", "", "none"),
        (43, f"{ISSUER}/RznSoc", "", "reject"),
        (110, f"{ISSUER}/RznSoc", "", "reject"),
        (33, f"{ISSUER}/GiroEmis", "", "reject"),
        (33, f"{ISSUER}/GiroEmis", " ", "none"),
        (39, f"{ISSUER}/GiroEmisor", "", "none"),
        (33, f"{ISSUER}/Acteco", " ", "reject"),
        (33, f"{RECEIVER}/RUTRecep", "", "reject"),
        (33, "Encabezado/IdDoc/FchVenc", "", "reject"),
        (33, "Encabezado/Totales/MntNeto", "", "reject"),
        (61, "Referencia/TpoDocRef", "", "reject"),
        (110, "Encabezado/Totales/TpoMoneda", "", "reject"),
    ],
)
def test_c09_empty_elements(kind, path, text, effect):
    assert list(found(change(kind, (path, text)), "C09").values()) == [effect]


def test_c09_empty_contact_is_accepted_by_the_sii():
    root = factory.added(factory.dte(61), RECEIVER, "<Contacto/>", "DirRecep")
    (finding,) = factory.findings(root, "C09")
    assert (finding.sii_effect, finding.action) == (dte.SiiEffect.NONE, dte.Action.WARN)


def test_c09_leaves_an_empty_item_name_to_a04():
    assert found(change(33, ("Detalle[1]/NmbItem", "")), "C09") == {}


TOURIST = (
    (f"{RECEIVER}/RUTRecep", "55555555-5"),
    (f"{RECEIVER}/RznSocRecep", "Extranjero sin RUT"),
    (f"{ISSUER}/CmnaOrigen", "Arica"),
)


def tourist(kind, *changes):
    root = change(kind, *TOURIST)
    root = factory.added(root, "Encabezado/IdDoc", "<TipoFactEsp>1</TipoFactEsp>")
    ids = "<Extranjero><NumId>P123</NumId><TipoDocID>1</TipoDocID></Extranjero>"
    root = factory.added(root, RECEIVER, ids, "GiroRecep")
    for path, text in changes:
        root = factory.changed(root, path, text)
    return root


@pytest.mark.parametrize("kind", [33, 61])
def test_c10_a_right_tourist_invoice(kind):
    assert found(tourist(kind), "C10") == found(tourist(kind), "C03") == {}


@pytest.mark.parametrize(
    ("path", "text", "effect"),
    [
        (f"{RECEIVER}/RUTRecep", factory.RECEIVER, "reject"),
        (f"{RECEIVER}/RznSocRecep", "John Doe", "reparo"),
        (f"{ISSUER}/CmnaOrigen", "Temuco", "reject"),
        (f"{ISSUER}/CmnaOrigen", None, "reject"),
        (f"{RECEIVER}/Extranjero/TipoDocID", "3", "reject"),
        (f"{RECEIVER}/Extranjero/TipoDocID", None, "reject"),
        (f"{RECEIVER}/Extranjero/NumId", None, "reject"),
        ("Encabezado/IdDoc/TipoFactEsp", "2", "reject"),
    ],
)
def test_c10_a_wrong_tourist_invoice(path, text, effect):
    assert found(tourist(33, (path, text)), "C10") == {path: effect}


def test_c10_other_types_are_no_tourist_invoices():
    assert found(tourist(34), "C10") == {"Encabezado/IdDoc/TipoFactEsp": "reject"}


@pytest.mark.parametrize(
    ("party", "xml", "before", "tag", "effect"),
    [
        (ISSUER, "<CdgVendedor>%s</CdgVendedor>" % ("x" * 61), None, "CdgVendedor", "reject"),
        (ISSUER, "<Telefono>%s</Telefono>" % ("1" * 21), "Acteco", "Telefono", "reject"),
        (ISSUER, "<Telefono>1</Telefono>" * 3, "Acteco", "Telefono", "reject"),
        (ISSUER, "<CorreoEmisor>ventas</CorreoEmisor>", "Acteco", "CorreoEmisor", "none"),
        (RECEIVER, "<Contacto>%s</Contacto>" % ("x" * 81), "DirRecep", "Contacto", "reject"),
        (RECEIVER, "<CorreoRecep>a@b.cl; c@d.cl</CorreoRecep>", "DirRecep", "CorreoRecep", "none"),
        (RECEIVER, "<CorreoRecep>a@b</CorreoRecep>", "DirRecep", "CorreoRecep", "none"),
    ],
)
def test_c11_contact_data(party, xml, before, tag, effect):
    assert found(factory.added(factory.dte(33), party, xml, before), "C11") == {f"{party}/{tag}": effect}


@pytest.mark.parametrize("email", ["a@b.cl", "dte.recepcion+sii@sub.empresa.com", "ñandú@correo.cl"])
def test_c11_right_contact_data(email):
    root = factory.added(factory.dte(33), RECEIVER, f"<CorreoRecep>{email}</CorreoRecep>", "DirRecep")
    root = factory.added(
        root, ISSUER, "<Telefono>1</Telefono>" * 2 + f"<CorreoEmisor>{email}</CorreoEmisor>", "Acteco"
    )
    assert found(root, "C11") == {}


# -- a move, where much is unknown -------------------------------------------------------------------


def move(**receiver):
    """Return a 33 as Odoo Community can tell it: no acteco, transport or references."""
    document = dte.Document(complete=False, type_code=33, context=Context(today=factory.TODAY, **COMPANY))
    document.id.put(type=33, folio=1, date=factory.TODAY, special_kind=None)
    party = {"giro": "Comercio", "address": "Prat 1", "comuna": "Temuco", "city": "Temuco", "email": None}
    document.issuer.put(rut=factory.ISSUER, name="Comercial Ñuble", **party)
    document.receiver.put(rut=factory.RECEIVER, name="Araucanía SpA", **{**party, **receiver})
    return document


def test_a_move_is_judged_by_what_it_knows():
    report = dte.check(move())
    assert [f for f in report.findings if f.rule in RULES] == []
    assert {rule for rule in report.not_evaluated if rule in RULES} == {"C04", "C09"}
    assert report.not_evaluated["C04"] == "Encabezado/Emisor/Acteco"


def test_a_move_with_a_poor_partner():
    poor = move(giro=None, address=None, comuna=None, city=None)
    assert [f.path for f in dte.check(poor).findings if f.rule == "C06"] == [
        f"{RECEIVER}/{tag}" for tag in ("GiroRecep", "DirRecep", "CmnaRecep")
    ]
    long = dte.check(move(giro="x" * 41)).findings
    assert [(f.rule, f.expected) for f in long if f.rule == "C06"] == [("C06", "40")]
