"""C: who issues and who receives."""

from ..case import ALL, EXPORTS, PAPER, Case, spoil

#: Types in which the receiver's data are obligatory; notes ask for the name alone.
FULL = frozenset({33, 34, 43, 46, 52, 110})
OTHER = "76354771-K"


def _wrong_digit(rut: str) -> str:
    body, _, digit = rut.partition("-")
    return f"{body}-{'1' if digit != '1' else '2'}"


@spoil("C01", also="C02 D06 A08 B04")
def issuer_check_digit(case: Case):
    case.set("Emisor/RUTEmisor", _wrong_digit(case.text("Emisor/RUTEmisor")))


@spoil("C01", also="C02 D06 G10 C10 H06 C03 F15")
def receiver_check_digit(case: Case):
    case.set("Receptor/RUTRecep", _wrong_digit(case.text("Receptor/RUTRecep")))


@spoil("C01", also="A03 B11 C02 D06 G10 C10 H06 C03 F15")
def receiver_rut_with_dots(case: Case):
    rut = case.text("Receptor/RUTRecep")
    case.set("Receptor/RUTRecep", f"{rut[:2]}.{rut[2:5]}.{rut[5:]}")


@spoil("C01", {33, 52})
def driver_check_digit(case: Case):
    case.set("Transporte/Chofer/RUTChofer", "12345678-0")


@spoil("C02", PAPER, also="G10 C10 H06 D06")
def receiver_is_the_issuer(case: Case):
    case.need(case.kind != 52 or case.text("IdDoc/IndTraslado") == "1")
    case.set("Receptor/RUTRecep", case.text("Emisor/RUTEmisor"))


@spoil("C02", context_only=True, also="B04 A08")
def issued_by_another_company(case: Case):
    case.context["company_rut"] = OTHER


@spoil("C03", {33, 34, 43, 46, 52, 56, 61}, also="C10 D06 G10")
def unknown_buyer_on_an_invoice(case: Case):
    refers = [e.text for e in case.all("Referencia/TpoDocRef")]
    case.need("39" not in refers)
    case.set("Receptor/RUTRecep", "66666666-6")


@spoil("C03", {33, 34}, also="C08 G14")
def foreigner_on_an_invoice(case: Case):
    case.need(not case.has("IdDoc/TipoFactEsp"))
    case.set("Receptor/RUTRecep", "55555555-5")


@spoil("C04", PAPER, also="A03 B14")
def issuer_name_too_long(case: Case):
    case.set("Emisor/RznSoc", "R" * 101)


@spoil("C04", PAPER, also="A03")
def no_issuer_giro(case: Case):
    case.drop("Emisor/GiroEmis")


@spoil("C04", PAPER, also="A03")
def issuer_giro_too_long(case: Case):
    case.set("Emisor/GiroEmis", "G" * 81)


@spoil("C04", PAPER, also="A03 F10")
def no_acteco(case: Case):
    case.drop("Emisor/Acteco")


@spoil("C04", PAPER, also="A03 F10")
def five_actecos(case: Case):
    for _ in range(4):
        case.clone("Emisor/Acteco")


@spoil("C05", {33, 34, 43, 46, 52, 110})
def no_issuer_address(case: Case):
    case.drop("Emisor/DirOrigen")


@spoil("C05", {33, 34, 52}, also="C10")
def no_issuer_comuna(case: Case):
    case.drop("Emisor/CmnaOrigen")


def _without(tag: str, types=FULL, also: str = "A03"):
    def act(case: Case):
        case.drop(f"Receptor/{tag}")

    act.__name__ = f"no_receiver_{tag}"
    spoil("C06", types, also)(act)


_without("RznSocRecep", PAPER, "A03 C10")
_without("GiroRecep")
_without("DirRecep")
_without("CmnaRecep")


@spoil("C06", PAPER, also="A03")
def receiver_giro_too_long(case: Case):
    case.set("Receptor/GiroRecep", "G" * 41)


@spoil("C06", also="A03 C10")
def receiver_name_too_long(case: Case):
    case.set("Receptor/RznSocRecep", "N" * 101)


@spoil("C06", PAPER, also="A03")
def receiver_address_too_long(case: Case):
    case.set("Receptor/DirRecep", "D" * 71)


@spoil("C07", {110})
def no_issuer_city(case: Case):
    case.drop("Emisor/CiudadOrigen")


@spoil("C07", {110})
def no_receiver_city(case: Case):
    case.drop("Receptor/CiudadRecep")


@spoil("C07", EXPORTS, also="H05")
def nationality_in_letters(case: Case):
    case.set("Receptor/Extranjero/Nacionalidad", "USA")


@spoil("C08", ALL, also="C10")
def invented_issuer_comuna(case: Case):
    case.set("Emisor/CmnaOrigen", "Springfield")


@spoil("C08", PAPER - EXPORTS, also="C10")
def invented_receiver_comuna(case: Case):
    case.need(case.text("Receptor/RUTRecep") != "55555555-5")
    case.set("Receptor/CmnaRecep", "Villa Inventada")


@spoil("C08", PAPER - EXPORTS)
def region_as_comuna(case: Case):
    case.need(case.text("Receptor/RUTRecep") != "55555555-5")
    case.set("Receptor/CmnaRecep", "Región del Maule")


@spoil("C09")
def empty_receiver_mail(case: Case):
    case.need(not case.has("Receptor/CorreoRecep"))
    case.put("Receptor", "<CorreoRecep/>", after=(
        "RUTRecep", "CdgIntRecep", "RznSocRecep", "Extranjero", "GiroRecep", "Contacto"))


@spoil("C09", PAPER, also="E05 H01")
def empty_unit(case: Case):
    case.set("Detalle/UnmdItem", "")


@spoil("C10", {33})
def tourist_elsewhere(case: Case):
    case.need(case.has("IdDoc/TipoFactEsp"))
    case.set("Emisor/CmnaOrigen", "Santiago")


@spoil("C10", {33})
def tourist_without_document(case: Case):
    case.need(case.has("IdDoc/TipoFactEsp"))
    case.drop("Receptor/Extranjero/TipoDocID")


@spoil("C10", {33})
def tourist_with_a_chilean_rut(case: Case):
    case.need(case.has("IdDoc/TipoFactEsp"))
    case.set("Receptor/RUTRecep", OTHER)


@spoil("C11", PAPER)
def receiver_mail_is_no_mail(case: Case):
    case.need(not case.has("Receptor/CorreoRecep"))
    case.put("Receptor", "<CorreoRecep>facturas arroba cliente</CorreoRecep>", after=(
        "RUTRecep", "CdgIntRecep", "RznSocRecep", "Extranjero", "GiroRecep", "Contacto"))


@spoil("C11", PAPER, also="A03")
def three_telephones(case: Case):
    case.need(not case.has("Emisor/Telefono"))
    case.put("Emisor", "<Telefono>2</Telefono>" * 3, after=("RUTEmisor", "RznSoc", "GiroEmis"))


@spoil("C11", PAPER, also="A03")
def contact_too_long(case: Case):
    case.need(not case.has("Receptor/Contacto"))
    case.put("Receptor", f"<Contacto>{'C' * 81}</Contacto>", after=(
        "RUTRecep", "CdgIntRecep", "RznSocRecep", "Extranjero", "GiroRecep"))
