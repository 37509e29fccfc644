"""Documents for the tests of lines and totals, made from the right ones of the factory."""

import factory

TOTALS = "Encabezado/Totales"


def stated(root, **totals):
    """Return a document with these totals; None takes one out. All must stand in it already."""
    for tag, value in totals.items():
        root = factory.changed(root, f"{TOTALS}/{tag}", value)
    return root


def lines(kind, *details, totals="", discounts="", head="", references=""):
    """Return a document of a type with these lines, totals and global discounts instead of its own.

    :param details: members of each Detalle after NroLinDet, as XML
    :param totals, discounts, references: XML of their members
    :param head: XML added at the end of IdDoc
    """
    root = factory.dte(kind)
    body = root[0]
    for tag in ("Detalle", "DscRcgGlobal", *(("Referencia",) if references else ())):
        for element in body.findall(f"{{{factory.NS}}}{tag}"):
            body.remove(element)
    element = factory.find(root, TOTALS)
    for child in list(element):
        element.remove(child)
    root = factory.added(root, TOTALS, totals)
    if head:
        root = factory.added(root, "Encabezado/IdDoc", head)
    xml = "".join(
        f"<Detalle><NroLinDet>{number}</NroLinDet>{detail}</Detalle>"
        for number, detail in enumerate(details, 1)
    )
    before = next(
        tag
        for tag in ("Referencia", "Comisiones", "TmstFirma")
        if body.find(f"{{{factory.NS}}}{tag}") is not None
    )
    return factory.added(root, "", xml + discounts + references, before=before)


def item(amount, quantity=1, price=None, before="", after="", name="Resma de papel carta"):
    """Return the members of one line.

    :param before: XML in front of NmbItem (IndExe), :param after: between price and amount
    """
    price = amount if price is None else price
    return (
        f"{before}<NmbItem>{name}</NmbItem><QtyItem>{quantity}</QtyItem><UnmdItem>UN</UnmdItem>"
        f"<PrcItem>{price}</PrcItem>{after}<MontoItem>{amount}</MontoItem>"
    )


def exempt(amount, code=1):
    return item(amount, before=f"<IndExe>{code}</IndExe>")


def discount(value, movement="D", kind="$", exempt_code=None, number=1):
    code = f"<IndExeDR>{exempt_code}</IndExeDR>" if exempt_code else ""
    return (
        f"<DscRcgGlobal><NroLinDR>{number}</NroLinDR><TpoMov>{movement}</TpoMov><TpoValor>{kind}</TpoValor>"
        f"<ValorDR>{value}</ValorDR>{code}</DscRcgGlobal>"
    )


def sums(net=None, exempt=None, iva=None, total=None, rate=19, extra="", after=""):
    """Return the XML of totals; TasaIVA stands beside IVA.

    :param extra: XML between IVA and MntTotal, :param after: behind MntTotal
    """
    parts = [
        ("MntNeto", net),
        ("MntExe", exempt),
        ("TasaIVA", rate if iva is not None else None),
        ("IVA", iva),
    ]
    xml = "".join(f"<{tag}>{value}</{tag}>" for tag, value in parts if value is not None)
    return f"{xml}{extra}<MntTotal>{total}</MntTotal>{after}"


def tax(code, rate, amount):
    rate = "" if rate is None else f"<TasaImp>{rate}</TasaImp>"
    return f"<ImptoReten><TipoImp>{code}</TipoImp>{rate}<MontoImp>{amount}</MontoImp></ImptoReten>"


def mine(root, group="EFH", **context):
    """Return {rule: paths} of what the rules of these groups find."""
    found = {}
    for finding in factory.findings(root, **context):
        if finding.rule[0] in group:
            found.setdefault(finding.rule, []).append(finding.path)
    return found
