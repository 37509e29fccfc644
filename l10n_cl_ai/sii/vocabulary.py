"""Words by which a text of the SII says what it is about. Everything is looked for in folded text (no accents, no
case).

Document types as in the SII's *Formato DTE* (TipoDTE); taxes and regimes as accountants name them.
"""

#: {DTE type: words}. ``dte`` words mean every type.
TYPES = {
    33: ("factura electronica", "facturas electronicas", "factura afecta", "facturas afectas"),
    34: ("factura exenta", "facturas exentas", "factura no afecta", "facturas no afectas", "no afecta o exenta"),
    39: ("boleta electronica", "boletas electronicas", "boleta de ventas", "boletas de ventas"),
    41: ("boleta exenta", "boletas exentas", "boleta no afecta", "boletas no afectas"),
    43: ("liquidacion factura", "liquidaciones factura", "liquidacion de factura"),
    46: ("factura de compra", "facturas de compra"),
    52: ("guia de despacho", "guias de despacho"),
    56: ("nota de debito", "notas de debito"),
    61: ("nota de credito", "notas de credito"),
    110: ("factura de exportacion", "facturas de exportacion"),
    111: ("nota de debito de exportacion", "notas de debito de exportacion"),
    112: ("nota de credito de exportacion", "notas de credito de exportacion"),
}
EVERY_TYPE = (
    "documento tributario electronico", "documentos tributarios electronicos", "formato dte", "formato de los dte",
    "esquema xml", "esquemas xml", "schema", "caf", "timbre electronico", "codigo de autorizacion de folios",
    "facturacion electronica", "emisores electronicos",
)  # fmt: skip
TAXES = {
    "iva": ("iva", "impuesto al valor agregado", "impuesto a las ventas y servicios", "debito fiscal", "credito fiscal",
            "d l 825", "decreto ley n 825"),
    "retention": ("retencion", "retenciones", "boleta de honorarios", "boletas de honorarios", "cambio de sujeto"),
    "ppm": ("ppm", "pago provisional mensual", "pagos provisionales mensuales", "pagos provisionales"),
    "income": ("impuesto a la renta", "primera categoria", "global complementario", "operacion renta", "formulario 22",
               "d l 824", "declaraciones juradas", "declaracion jurada"),
    "additional": ("impuesto adicional", "bebidas alcoholicas", "bebidas analcoholicas", "ila"),
    "fuel": ("impuesto especifico", "combustibles", "petroleo diesel"),
    "stamps": ("timbres y estampillas",),
    "property": ("impuesto territorial", "bienes raices", "avaluo", "avaluos", "contribuciones"),
}  # fmt: skip
REGIMES = {
    "pyme": ("pro pyme", "propyme", "14 letra d", "14 d", "micro pequenas y medianas", "mipyme"),
    "general": ("14 letra a", "regimen general", "semi integrado", "contabilidad completa"),
    "presumed": ("renta presunta",),
    "export": ("exportador", "exportadores", "exportacion", "exportaciones"),
    "transport": ("transporte", "traslado de bienes", "transportista", "transportistas"),
    "construction": ("constructora", "constructoras", "empresas constructoras"),
    "farming": ("agricola", "agricolas", "predios"),
    "large": ("grandes contribuyentes",),
    "digital": ("plataformas digitales", "operadores de plataformas", "servicios digitales", "comercio electronico"),
}
#: What binds, and what does not.
BINDING = (
    "obligacion", "obligatorio", "obligatoria", "obliga", "deberan", "debera", "establece", "modifica", "reemplaza",
    "deroga", "deja sin efecto", "fija", "nuevo formato", "nueva version", "entrada en vigencia", "prohibe", "exige",
    "incorpora", "elimina",
)  # fmt: skip
SANCTION = ("multa", "multas", "sancion", "sanciones", "clausura", "rechazo", "rechazara", "rechazado", "reparo")
#: Of the Service's own house, which concern no taxpayer's books.
INTERNAL = (
    "delega", "delegase", "subrogacion", "subrogante", "orden de subrogacion", "nombra", "designa",
    "territorio jurisdiccional",
    "reorganiza", "organizacion interna", "estructura organica", "funcionarios", "comision de servicio",
    "nomina de grandes",
)  # fmt: skip
#: Before a day: what it is the day of.
FROM = (
    "a contar del", "a partir del", "desde el", "rige desde", "regira desde", "regira a contar", "vigencia",
    "vigente desde",
    "entrara en vigencia", "entrada en vigencia", "comenzara", "a partir de", "a contar de", "rige",
)  # fmt: skip
UNTIL = (
    "hasta el", "plazo", "a mas tardar", "vence", "vencimiento", "antes del", "prorroga", "ultimo dia", "dentro de",
    "hasta las", "postergase", "posterga",
)  # fmt: skip
