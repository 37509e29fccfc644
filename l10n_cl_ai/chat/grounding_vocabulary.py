"""Words of Spanish that the check of answers knows: of no meaning, opposed, and names that anybody may name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words without a meaning of their own.
STOP = _words(
    "a al ante aquel aquella aun aunque bajo cada como con contra cual cuales cuando de del desde donde dos e el "
    "ella ellas ellos en entre era es esa ese eso esta estan estas este esto estos fue ha hace hacia han hasta "
    "hay la las le les lo los mas me mi misma mismo mismos mucho muy ni no nos o otra otras otro otros para pero "
    "por porque pues que quien se sea segun ser si sido sin sobre son su sus tal tambien tanto te tiene tienen "
    "toda todas todo todos tras tu un una unas uno unos usted y ya debe deben puede pueden cuyo cuya dentro asi "
    "solo esos esas mediante respecto caso casos cabe senalar practica sintesis resumen acuerdo resolucion exenta "
    "articulo articulos ley sii "
)
#: What two sentences that are otherwise alike must not differ in, by how the words begin.
OPPOSED = tuple(
    tuple(pair.split("/"))
    for pair in sorted(
        _words(
            "habil/corrid emisor/receptor comprador/vendedor cliente/proveedor prestador/beneficiario siempre/nunca "
            "siempre/jamas antes/despues anterior/posterior anteriores/posteriores minimo/maximo mayor/menor mas/menos "
            "superior/inferior natural/juridica aument/disminu aument/rebaj permit/prohib afect/exent gravad/exent "
            "obligatori/voluntari obligatori/optativ obligatori/facultativ obligad/eximid obligad/liberad acept/rechaz "
            "mensual/anual mensual/trimestral debito/credito compras/ventas compra/venta manual/automatic "
            "electronic/papel inclu/exclu primer/ultim vigente/derogad aplica/excluye suma/resta origen/destino "
            "arrendador/arrendatario cedente/cesionario mandante/mandatario empleador/trabajador "
            "antes/hasta desde/hasta "
        )
    )
)
#: What anybody may name: they say nothing that a source has to say.
COMMON = _words(
    "sii iva dte rut odoo chile rcv caf nc nd servicio impuestos internos impuesto tributario codigo ley "
    "resolucion articulo circular decreto oficio formulario factura boleta guia nota clp uf utm uta pdf xml web "
    "internet excel csv lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre total neto saldo estado cliente proveedor fecha folio "
    "monto vencimiento exenta res ex art inciso letra name us usd eur "
)
