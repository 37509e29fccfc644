"""Whether a question asks for what stands in the books, which no article tells, and where that is seen in Odoo.

It is asked where no AI answers. Rules of words and not a measure of likeness: "IVA de octubre" is as like to an article
on IVA as a question about IVA is.
"""

import re

from .retrieval import LONGEST_QUERY, words_of

#: Where it is seen: what customers owe, what we owe, tax of a period, what was sold, what was bought, documents.
RECEIVABLE, PAYABLE, TAX = "receivable", "payable", "tax"
SALES, PURCHASES, DOCUMENTS = "sales", "purchases", "documents"

_MONTH = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
_SPAN = "(?:mes|ano|trimestre|semestre|semana|quincena)"
#: A time that somebody has in mind, and not one that a rule speaks of.
_WHEN = (
    rf"(?:(?:(?:el )?mes de )?(?:{_MONTH})|est[ae] {_SPAN}|{_SPAN} (?:pasad[oa]|en curso|actual)"
    rf"|ultim[oa]s? (?:\d+ |tres |seis |doce )?{_SPAN}(?:es|s)?|(?:lo que va|en lo que va) del? {_SPAN}|hoy|ayer)"
)
_PAPERS = "(?:facturas?|boletas?|notas?|guias?|documentos?|dtes?)"
_NUMBER = r"(?:electronica )?(?:(?:n|nro|no|num|numero|folio) )?\d{2,}"
_RULES = tuple(
    (place, re.compile(rule.format(when=_WHEN, papers=_PAPERS, number=_NUMBER)))
    for place, rule in (
        (RECEIVABLE, r"\b(?:me|nos) (?:debe|deben|debia|adeuda|adeudan|pago|pagaron|pagan)\b"),
        (RECEIVABLE, r"\bfaltan? (?:por )?(?:cobrar|que nos paguen)\b"),
        (RECEIVABLE, r"\b(?:por|sin|pendientes? de) cobr(?:ar|o)\b"),
        (RECEIVABLE, r"\b(?:clientes?|{papers}|cartera) (?:\w+ )?"
                     r"(?:moros\w+|atrasad\w+|vencid\w+|impag\w+|sin pagar)\b"),
        (RECEIVABLE, r"\b(?:saldo|deuda) (?:actual )?(?:del?|con) (?:el |la |los )?(?:cliente|senor|empresa)"),
        (PAYABLE, r"\b(?:le|les) (?:debo|debemos|adeudo|adeudamos)\b"),
        (PAYABLE, r"\bcuanto (?:es lo que )?(?:debo|debemos|adeudamos) (?:a|al)\b"),
        (PAYABLE, r"\b(?:cuentas?|proveedores|{papers}) (?:de proveedores? )?(?:por pagar|pendientes? de pago)\b"),
        (PAYABLE, r"\bproveedores (?:a los? que|a quienes) (?:les )?(?:debemos|debo)\b|\bfaltan? (?:por )?pagar\b"),
        (PAYABLE, r"\b(?:hay|tengo|tenemos|toca) que pagar\b.*\b(?:{when}|proxim\w+|semana)\b"),
        (PAYABLE, r"\b(?:saldo|deuda) (?:del?|con) (?:el |los )?proveedor"),
        (DOCUMENTS, r"\bcuant[oa]s {papers} (?:\w+ ){{0,2}}?(?:tenemos|tengo|hay|llevamos|faltan|quedan|recibimos)\b"),
        (TAX, r"\b(?:iva|ppm|f29|formulario 29|debitos?(?: fiscal\w*)?|creditos?(?: fiscal\w*)?|remanente"
              r"|retenciones|honorarios) (?:\w+ ){{0,3}}?(?:del?|en|para)? ?{when}\b"),
        (TAX, r"\bcuanto (?:iva|ppm|remanente|(?:debito|credito) fiscal)"
              r" (?:debo|debemos|tengo|tenemos|llevo|llevamos|hay)\b"),
        (TAX, r"\b(?:retuvimos|retuve)\b"),
        (SALES, r"\b(?:cuant[oa]s?|que) (?:\w+ )?(?:vendi|vendimos|facture|facturamos|cobramos|emitimos)\b"),
        (SALES, r"\b(?:ventas?|ingresos|facturacion) (?:\w+ ){{0,2}}?(?:del?|en|por|a)? ?(?:{when}|cliente)\b"),
        (SALES, r"\bcuanto se (?:vendio|facturo)\b|\b(?:monto|total) (?:vendido|facturado)\b|\bcliente nos\b"),
        (SALES, r"\b(?:mejor(?:es)?|principal(?:es)?|mayor(?:es)?) clientes?\b"),
        (SALES, r"^(?:las |mis |nuestras )?ventas (?:del|por) (?:mes|ano|dia)$"),
        (PURCHASES, r"^(?:las |mis |nuestras )?compras (?:del|por) (?:mes|ano|dia)$"),
        (PURCHASES, r"\b(?:cuant[oa]s?|que|a quien(?:es)?) (?:\w+ )?(?:le |les )?"
                    r"(?:compramos|compre|gastamos|gaste|pagamos)\b"),
        (PURCHASES, r"\b(?:compras|gastos?|costos?) (?:\w+ ){{0,2}}?(?:del?|en|por|a)? ?"
                    r"(?:{when}|proveedor\b|proyecto\b)"),
        (PURCHASES, r"\bcuanto se (?:compro|gasto)\b|\b(?:monto|total) (?:comprado|gastado)\b"),
        (PURCHASES, r"\b(?:mejor(?:es)?|principal(?:es)?|mayor(?:es)?) proveedor(?:es)?\b"),
        (DOCUMENTS, r"\b{papers} {number}\b.*\b(?:pagad|cobrad|venc|monto|total|estado|cuando|quien|cuanto)"),
        (DOCUMENTS, r"\b(?:cuando|cuanto|monto|total|estado|quien|esta|pagaron)\b.*\b{papers} {number}\b"),
        (DOCUMENTS, r"^(?:el |la |dame |muestra(?:me)? |ver )*(?:detalle|monto|total|estado) de (?:la |el )?"
                    r"{papers} {number}\b"),
        (DOCUMENTS, r"\bultim[oa]s? (?:\d+ |tres |cinco |diez )?(?:{papers}|pagos?|compras?|ventas?|movimientos?)\b"),
        (DOCUMENTS, r"\b(?:cuant[oa]s|que|cuales|muestr\w+|list\w+|busc\w+|dame) (?:\w+ ){{0,2}}?{papers}"
                    r" (?:\w+ ){{0,4}}?(?:del?|en|emitid\w+|recibid\w+|rechazad\w+|tenemos|tengo|hay)? ?{when}\b"),
        # Whatever it is that somebody counts of his own, or of a time that he has in mind.
        (DOCUMENTS, r"\b(?:cuant[oa]s?|quien(?:es)?)(?! (?:dias?|mes(?:es)?|anos?|horas?|veces|tiempo|plazo)\b) .*"
                    r"\b(?:nos|nuestr[oa]s?|tenemos|llevamos|hemos|teniamos|\w{{2,}}(?:amos|imos))\b"),
        (DOCUMENTS, r"\b(?:saldo|utilidad|perdida|resultado|margen|flujo de caja|balance|facturado|cobrado|pagado"
                    r"|{papers}) (?:\w+ ){{0,4}}?(?:(?:del?|en|la|el) )?{when}\b"),
        (DOCUMENTS, r"^(?:(?:cual|cuanto) es |dame |ver |muestra(?:me)? )?(?:el |la )?"
                    r"(?:saldo|utilidad|resultado|margen|flujo de caja|balance) (?:del?|con|al)\b"
                    r"(?! remanente| credito)"),
    )
)  # fmt: skip


def place_of(question: str) -> str | None:
    """Return where in the books the answer to a question stands; None where it does not ask for any figure of them."""
    text = " ".join(words_of(question[:LONGEST_QUERY]))
    return next((place for place, rule in _RULES if rule.search(text)), None)
