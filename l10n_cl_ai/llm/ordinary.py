"""Words that stand in any text of an office, though somebody may be called so; folded."""

import functools

from ..dte import comuna


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Before a surname, and of it.
PARTICLES = _words("da das de del di do dos e el la las lo los san santa santo van von y")
_WORDS = _words(
    "a abono abril acuerdo administracion afecto agosto agua ajuste almacen alumno anexo anonimo anticipo anual "
    "anulacion anulado aporte aprobado area arena arriendo articulo asesoria asesorias asunto atencion aviso azul "
    "balance banco bancos bodega boleta boletas bruto caja camino cancelado cantidad cargo casa cemento central "
    "centro certificado cheque chica chile cierre ciudad cliente clientes club cobranza cobranzas cobro codigo "
    "combustible comentario comercial comision compra compras con condominio construccion consulta consumidor consumo "
    "contabilidad contacto contado contrato control copia costo costos credito cuenta cuota datos debe debito decreto "
    "demo deposito descripcion descuento despacho detalle deuda devengado diario diciembre diesel director diseno "
    "dispositivo documento documentos dolar domingo dte duda edificio efectivo ejercicio emisor empresa en enero "
    "entrega equipo error escuela estado este euro exento exportacion extranjero factura facturacion facturas febrero "
    "fecha ferreteria final finanzas firma flete folio fondo forma fundacion fundo gasto gastos general generales "
    "gerencia gerente giro glosa grupo guia guias haber hoja honorarios hora horas hotel importacion impuesto "
    "impuestos industria informe ingreso ingresos insumos intercambio interes interno inventario iva jefe jueves "
    "julio junio kilo libro limitada limpieza linea local lote lunes luz mantencion martes marzo material materiales "
    "matriz mayo mercado mes meses miercoles moneda monto motivo muestra municipalidad nacional negro neto nombre "
    "nombres norte nota notas noviembre numero obra obras observacion octubre oeste oferta oficina operacion orden "
    "ordenes oriente otro otros pago pagos para particular pasaje pendiente periodo persona peso pesos planta "
    "poniente por porcentaje precio prestacion prestamo presupuesto producto productos profesional proveedor "
    "proveedores proyecto prueba publico punto razon reajuste rebaja recepcion receptor referencia region reintegro "
    "remuneraciones rentas repuestos resumen retencion rojo rrhh rut sabado saldo secretaria seguro seguros "
    "septiembre servicio servicios sii sin sistema social sociedad soporte subtotal sucursal sueldo sueldos sur "
    "taller tarjeta tasa tasacion tecnico telefono tesoreria test tienda tipo titulo todo total totales trabajo "
    "transferencia transporte transportes traslado trimestre unico unidad unidades usuario valor valores varios "
    "vencimiento venta ventas verde viaje viatico viernes vigente villa web zona"
)
_GIVEN = _words(
    "adolfo adriana agustin alberto aldo alejandra alejandro alex alexis alfonso alfredo alicia alvaro amalia amanda "
    "amelia ana anais andrea andres angela angeles angelica anibal antonella antonia antonio ariel armando arturo "
    "augusto aurora barbara bastian beatriz belen benjamin bernarda bernardita bernardo blanca boris braulio brenda "
    "bruno camila camilo carla carlos carmen carolina catalina cecilia cesar christian clara claudia claudio "
    "constanza consuelo cristian cristina cristobal damian daniel daniela danilo david debora diego dominga domingo "
    "edgardo edith eduardo elena eliana elias elisa elizabeth elsa emilia emilio enrique erika ernesto esteban "
    "estefania eugenia eugenio eva evelyn fabian fabiola felipe fernanda fernando florencia francisca francisco "
    "franco gabriel gabriela genaro gerardo german gilda gisela gladys gloria gonzalo graciela gregorio guadalupe "
    "guillermo gustavo hector hernan hilda hugo humberto ignacia ignacio ines ingrid irene iris isabel isidora ismael "
    "ivan ivonne jacqueline jaime javier javiera jeannette jessica jesus joaquin joaquina joel johanna jonathan jorge "
    "jose josefa josefina juan juana judith julia julian juliana julieta karen karina karla katherine laura leandro "
    "leonardo leonor leonora leticia lidia lilian liliana lorena lorenzo loreto lucas lucia luciano luis luisa luz "
    "macarena magdalena manuel manuela marcela marcelo marcia marco marcos margarita maria mariana mariano maribel "
    "mario marisol marta martha martina mateo matias matilde mauricio maximiliano maximo mercedes micaela miguel "
    "millaray mireya monica monserrat myriam nancy natacha natalia nelson nicolas nicole noelia nora norma octavio "
    "olga olivia omar orlando oscar pablo pamela paola patricia patricio paula paulina pedro pia pilar priscila "
    "rafael ramiro ramon raquel raul rebeca renata renato rene ricardo roberto rocio rodolfo rodrigo rolando romina "
    "ronald rosa rosalia rosario roxana ruben ruth salvador samuel sandra sara sebastian sergio silvia sofia soledad "
    "sonia susana tamara tatiana teodoro teresa tomas trinidad valentina valeria vanessa veronica victor victoria "
    "violeta viviana waldo walter wilson ximena yasna yesenia yolanda"
)


def is_given(word: str) -> bool:
    """Return whether a folded word is a given name that many have."""
    return word in _GIVEN


def is_office(word: str) -> bool:
    """Return whether a folded word is one of an office's."""
    return word in _WORDS or word.isdecimal()


@functools.lru_cache(maxsize=4096)
def is_word(word: str) -> bool:
    """Return whether a folded word is one of an office's, or a comuna."""
    return is_office(word) or word in PARTICLES or comuna.code_of(word) is not None


def says_nobody(words: tuple[str, ...]) -> bool:
    """Return whether folded words are nobody's by themselves: all of them ordinary, a comuna, or given names alone.

    More people are called María Pinto and Juan Fernández than comunas.
    """
    if all(map(is_word, words)) or (not is_given(words[0]) and comuna.code_of(" ".join(words)) is not None):
        return True
    return all(is_given(word) or word in PARTICLES for word in words)
