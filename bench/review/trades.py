"""Invented companies of Chile and what they sell, by their trade; prices are CLP net of 2026, a plausible range.

Each trade sells only what its giro covers, and each good is taxed as the law has it: a document made of these has
nothing that a careful reader would remark on. Exempt by nature (DL 825, arts. 12 E and 13): teaching by recognised
schools, transport of passengers, ambulatory health services, rent of dwellings and offices without furniture or
installations. Services in general are taxable since 2023 (Ley 21.420).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Good:
    """Something a trade sells.

    :param prices: lowest and highest unit price, CLP net
    :param most: quantity of a line at most
    :param tax: the code of its own tax, which every line of it must carry
    """

    name: str
    unit: str
    prices: tuple[int, int]
    most: int
    exempt: bool = False
    tax: int | None = None


@dataclass(frozen=True)
class Trade:
    """A kind of company. ``group``: trades of one group could sell each other's goods without surprise."""

    prefix: str
    giro: str
    acteco: str
    group: str
    goods: tuple[Good, ...]

    @property
    def taxable(self) -> tuple[Good, ...]:
        return tuple(good for good in self.goods if not good.exempt)

    @property
    def exempt(self) -> tuple[Good, ...]:
        return tuple(good for good in self.goods if good.exempt)


def _goods(*rows: tuple, **common) -> tuple[Good, ...]:
    return tuple(Good(name, unit, prices, most, **common) for name, unit, prices, most in rows)


OFFICE = Trade("Distribuidora", "Venta al por mayor de artículos de oficina", "464903", "office", _goods(
    ("Resma de papel carta 75 g", "UN", (3200, 4900), 60), ("Archivador oficio lomo ancho", "UN", (1900, 2900), 80),
    ("Lápiz pasta azul, caja de 50", "CJ", (7900, 11900), 20),
    ("Tóner negro para impresora láser", "UN", (38900, 64900), 8),
    ("Silla ergonómica con apoyo lumbar", "UN", (89900, 139900), 12), ("Corchetera de metal", "UN", (6900, 9900), 15),
    ("Cuaderno universitario cuadriculado", "UN", (1200, 2100), 90),
    ("Pizarra acrílica 120 x 80 cm", "UN", (24900, 38900), 6),
))
HARDWARE = Trade("Ferretería", "Venta al por menor de materiales de construcción", "475201", "hardware", _goods(
    ("Cemento especial saco 25 kg", "SAC", (3900, 5200), 90),
    ("Pintura látex blanco 1 galón", "GL", (12900, 19900), 24),
    ("Plancha de yeso cartón 15 mm", "UN", (6900, 9400), 60),
    ("Cable THHN 2,5 mm² azul, rollo 100 m", "RL", (34900, 48900), 10),
    ("Perfil montante galvanizado 60 mm", "UN", (2400, 3600), 90),
    ("Tornillo volcanita 6 x 1 5/8, caja 500", "CJ", (6900, 9900), 20),
    ("Fierro estriado 10 mm, barra 6 m", "UN", (5400, 7900), 80),
    ("Cerámica piso gris 45 x 45", "M2", (6900, 11900), 60),
))
FREIGHT = Trade("Transportes", "Transporte de carga por carretera", "492300", "freight", _goods(
    ("Flete Santiago a Concepción, camión 10 t", "UN", (380000, 520000), 4),
    ("Flete urbano camioneta 3/4", "UN", (45000, 75000), 10),
    ("Traslado de maquinaria en cama baja", "UN", (290000, 640000), 2),
    ("Hora de espera en descarga", "HR", (18000, 28000), 8),
    ("Flete refrigerado Puerto Montt a Santiago", "UN", (890000, 1290000), 3),
    ("Peoneta para descarga, jornada", "UN", (32000, 45000), 6),
))
ENGINEERING = Trade("Ingeniería", "Servicios de ingeniería y consultoría técnica", "711002", "engineering", _goods(
    ("Cálculo estructural de galpón industrial", "UN", (1900000, 3900000), 1),
    ("Levantamiento topográfico por hectárea", "HA", (180000, 290000), 12),
    ("Inspección técnica de obra, mes", "MES", (1800000, 2900000), 2),
    ("Informe de mecánica de suelos", "UN", (890000, 1490000), 3),
    ("Planos eléctricos as built", "UN", (450000, 980000), 4),
    ("Hora de ingeniero proyectista", "HR", (38000, 58000), 60),
))
FARM = Trade("Agrícola", "Cultivo y venta de frutas y hortalizas", "012900", "food", _goods(
    ("Manzana royal gala, caja 18 kg", "CJ", (9900, 14900), 60),
    ("Palta hass calibre 50, bandeja", "UN", (17900, 27900), 40),
    ("Lechuga costina, docena", "DOC", (5900, 8900), 30), ("Tomate larga vida, caja 16 kg", "CJ", (11900, 17900), 50),
    ("Cebolla valenciana, malla 18 kg", "UN", (6900, 10900), 60),
    ("Limón sutil, malla 10 kg", "UN", (8900, 13900), 40),
))
PRINTER = Trade("Imprenta", "Impresión de libros, folletos y etiquetas", "181109", "print", _goods(
    ("Impresión de tríptico couché 170 g, mil", "MIL", (89000, 139000), 10),
    ("Tarjetas de presentación, ciento", "UN", (14900, 24900), 12),
    ("Etiqueta autoadhesiva en rollo, mil", "MIL", (19900, 34900), 40),
    ("Encuadernación de memoria anual", "UN", (6900, 12900), 80),
    ("Afiche papel bond 60 x 90 cm", "UN", (1900, 3900), 90),
    ("Talonario autocopiativo 50 juegos", "UN", (5900, 8900), 30),
))
GROCER = Trade("Abarrotes", "Venta al por mayor de abarrotes y alimentos no perecibles", "463020", "food", _goods(
    ("Arroz grado 1, saco 25 kg", "SAC", (19900, 28900), 40), ("Aceite vegetal bidón 5 l", "UN", (8900, 12900), 30),
    ("Azúcar blanca saco 25 kg", "SAC", (18900, 25900), 40),
    ("Fideos tallarín N° 5, caja 20 x 400 g", "CJ", (13900, 18900), 40),
    ("Café molido 250 g", "UN", (3400, 5400), 60),
    ("Atún lomitos en agua, caja 48 x 160 g", "CJ", (49900, 69900), 12),
))
COMPUTERS = Trade("Computación", "Venta al por menor de computadores y periféricos", "474100", "computers", _goods(
    ("Notebook 14\" 16 GB RAM 512 GB SSD", "UN", (549900, 849900), 10),
    ("Monitor LED 24\" full HD", "UN", (89900, 149900), 15),
    ("Disco SSD 1 TB", "UN", (54900, 89900), 20), ("Teclado y mouse inalámbricos", "UN", (14900, 29900), 30),
    ("Switch de red 24 puertos", "UN", (129900, 219900), 6), ("UPS 1000 VA", "UN", (69900, 119900), 8),
))
SOFTWARE = Trade("Desarrollos", "Desarrollo de software y soporte informático", "620100", "software", _goods(
    ("Desarrollo de módulo de inventario, hito 2", "UN", (1900000, 4900000), 1),
    ("Soporte informático mensual", "MES", (290000, 690000), 3),
    ("Licencia anual de software de gestión", "UN", (180000, 420000), 10),
    ("Alojamiento de sitio web, mes", "MES", (19900, 49900), 12),
    ("Hora de desarrollo de software", "HR", (28000, 45000), 80),
    ("Migración de base de datos", "UN", (490000, 1290000), 1),
))
CLEANING = Trade("Aseos", "Servicios de limpieza de edificios y oficinas", "812100", "cleaning", _goods(
    ("Servicio de aseo de oficinas, mes", "MES", (690000, 1490000), 2),
    ("Limpieza de vidrios en altura", "M2", (900, 1900), 400),
    ("Lavado de alfombras", "M2", (1900, 3400), 200), ("Aseo final de obra", "M2", (1400, 2600), 300),
    ("Desinfección de baños y camarines", "UN", (34900, 59900), 6),
    ("Retiro de residuos de oficina", "UN", (24900, 44900), 8),
))
SECURITY = Trade("Seguridad", "Servicios de vigilancia y seguridad privada", "801001", "security", _goods(
    ("Guardia de seguridad turno 12 horas, mes", "MES", (1290000, 1790000), 4),
    ("Monitoreo de alarmas, mes", "MES", (29900, 49900), 12),
    ("Control de acceso a evento, jornada", "UN", (59900, 89900), 10),
    ("Ronda nocturna motorizada, mes", "MES", (390000, 590000), 2),
    ("Mantención de cámaras de vigilancia", "UN", (24900, 39900), 16),
    ("Asesoría en plan de seguridad", "UN", (290000, 590000), 1),
))
ADVERTISING = Trade("Publicidad", "Servicios de publicidad y marketing", "731001", "advertising", _goods(
    ("Campaña en redes sociales, mes", "MES", (490000, 1290000), 3),
    ("Diseño de logotipo e imagen corporativa", "UN", (290000, 690000), 1),
    ("Arriendo de letrero caminero, mes", "MES", (390000, 790000), 4),
    ("Producción de spot radial 30 s", "UN", (190000, 390000), 3),
    ("Pauta en radio regional, frases", "UN", (3900, 8900), 90), ("Fotografía de producto", "UN", (19900, 39900), 20),
))
CATERING = Trade("Banquetes", "Servicio de banquetería y producción de eventos", "562100", "catering", _goods(
    ("Coffee break por persona", "UN", (5900, 9900), 80),
    ("Almuerzo corporativo por persona", "UN", (12900, 22900), 80),
    ("Arriendo de vajilla por persona", "UN", (1900, 3900), 90),
    ("Garzón, jornada de 6 horas", "UN", (39900, 59900), 8),
    ("Torta de tres pisos", "UN", (89900, 149900), 1), ("Cóctel sin alcohol por persona", "UN", (9900, 16900), 90),
))
GARAGE = Trade("Automotriz", "Mantenimiento y reparación de vehículos automotores", "452002", "garage", _goods(
    ("Cambio de aceite y filtro", "UN", (49900, 89900), 6), ("Alineación y balanceo", "UN", (24900, 39900), 6),
    ("Pastillas de freno delanteras, juego", "UN", (34900, 64900), 6),
    ("Mano de obra reparación de embrague", "UN", (180000, 290000), 2),
    ("Batería 12 V 75 Ah", "UN", (79900, 119900), 4), ("Neumático 205/55 R16", "UN", (59900, 99900), 8),
))
FURNITURE = Trade("Muebles", "Fabricación y venta de muebles de madera", "310001", "furniture", _goods(
    ("Escritorio melamina 140 x 60 cm", "UN", (89900, 149900), 12),
    ("Estante biblioteca 5 repisas", "UN", (69900, 119900), 10),
    ("Mesa de reuniones para 8 personas", "UN", (249900, 390000), 2),
    ("Mueble de cocina a medida", "UN", (690000, 1490000), 1),
    ("Cama dos plazas en raulí", "UN", (349900, 549900), 3),
    ("Restauración de silla antigua", "UN", (49900, 89900), 6),
))
ELECTRIC = Trade("Montajes", "Instalaciones eléctricas y montajes industriales", "432100", "electric", _goods(
    ("Instalación de tablero eléctrico trifásico", "UN", (390000, 790000), 2),
    ("Punto de enchufe embutido", "UN", (19900, 34900), 40),
    ("Mantención de grupo electrógeno", "UN", (180000, 320000), 2),
    ("Certificación TE1 ante SEC", "UN", (190000, 350000), 1),
    ("Canalización EMT 25 mm", "ML", (4900, 8900), 120),
    ("Luminaria LED industrial 150 W instalada", "UN", (79900, 129900), 20),
))
GARDENS = Trade("Jardines", "Servicios de paisajismo y mantención de jardines", "813000", "gardens", _goods(
    ("Mantención de áreas verdes, mes", "MES", (290000, 690000), 2),
    ("Poda de árboles en altura", "UN", (49900, 89900), 12),
    ("Pasto en rollo instalado", "M2", (4900, 7900), 300),
    ("Instalación de riego automático", "UN", (390000, 890000), 1),
    ("Tierra de hoja", "M3", (24900, 39900), 12), ("Fumigación de jardín", "UN", (39900, 69900), 3),
))
UNIFORMS = Trade("Confecciones", "Fabricación y venta de ropa de trabajo y uniformes", "141002", "uniforms", _goods(
    ("Overol piloto reflectante", "UN", (24900, 39900), 40), ("Polera piqué bordada", "UN", (8900, 14900), 80),
    ("Zapato de seguridad caña alta", "PAR", (34900, 54900), 30),
    ("Chaqueta softshell institucional", "UN", (29900, 49900), 30),
    ("Delantal antifluido", "UN", (9900, 16900), 40), ("Guantes de cabritilla", "PAR", (2900, 4900), 90),
))
ORDINARY = (
    OFFICE, HARDWARE, FREIGHT, ENGINEERING, FARM, PRINTER, GROCER, COMPUTERS, SOFTWARE, CLEANING, SECURITY,
    ADVERTISING, CATERING, GARAGE, FURNITURE, ELECTRIC, GARDENS, UNIFORMS,
)

COLLEGE = Trade("Instituto Profesional", "Enseñanza superior en institutos profesionales", "853120", "school", _goods(
    ("Arancel anual carrera Técnico en Enfermería", "UN", (1490000, 1990000), 1),
    ("Matrícula año académico", "UN", (120000, 190000), 1),
    ("Colegiatura mensual carrera Contador Auditor", "MES", (149000, 219000), 5),
    ("Derecho de titulación", "UN", (180000, 290000), 1),
    exempt=True,
))
SCHOOL = Trade("Colegio", "Enseñanza básica y media particular pagada", "852110", "school", _goods(
    ("Colegiatura mensual séptimo básico", "MES", (189000, 329000), 5),
    ("Matrícula año escolar", "UN", (150000, 260000), 1),
    ("Colegiatura mensual segundo medio", "MES", (199000, 349000), 5), exempt=True,
))
BUSES = Trade("Buses", "Transporte de pasajeros por carretera", "492250", "buses", _goods(
    ("Traslado de trabajadores en bus, viaje", "UN", (140000, 260000), 20),
    ("Pasaje Santiago a Temuco", "UN", (14900, 28900), 12),
    ("Transporte escolar, mes", "MES", (390000, 690000), 2),
    ("Viaje especial de pasajeros, bus 45 asientos", "UN", (390000, 790000), 2),
    exempt=True,
))
HEALTH = Trade("Centro Médico", "Atención médica ambulatoria", "862010", "health", _goods(
    ("Consulta médica medicina general", "UN", (29900, 49900), 12),
    ("Sesión de kinesiología", "UN", (17900, 29900), 20),
    ("Examen preventivo ambulatorio de trabajador", "UN", (24900, 45900), 30),
    ("Hemograma y perfil bioquímico", "UN", (14900, 25900), 30),
    exempt=True,
))
ESTATE = Trade("Inmobiliaria", "Arriendo de inmuebles propios", "681011", "estate", _goods(
    ("Arriendo de departamento sin muebles, mes", "MES", (390000, 790000), 2),
    ("Arriendo de casa habitación sin muebles, mes", "MES", (590000, 1190000), 2),
    ("Arriendo de terreno eriazo, mes", "MES", (290000, 690000), 2),
    ("Arriendo de oficina sin muebles ni instalaciones, mes", "MES", (490000, 990000), 2),
    exempt=True,
))
EXEMPT = (COLLEGE, SCHOOL, BUSES, HEALTH, ESTATE)

LIQUOR = Trade("Licores", "Venta al por mayor de bebidas alcohólicas y analcohólicas", "463030", "liquor", (
    Good("Pisco especial 35° 750 cc", "UN", (4200, 5900), 60, tax=24),
    Good("Whisky escocés 12 años 750 cc", "UN", (17900, 27900), 24, tax=24),
    Good("Ron dorado añejo 1 l", "UN", (6900, 9900), 36, tax=24),
    Good("Vino tinto cabernet sauvignon 750 cc", "UN", (2400, 4900), 90, tax=25),
    Good("Espumante brut 750 cc", "UN", (3900, 6900), 48, tax=25),
    Good("Cerveza lager lata 470 cc", "UN", (690, 990), 90, tax=26),
    Good("Agua mineral sin gas 1,6 l", "UN", (590, 890), 90, tax=27),
    Good("Bebida cola azucarada 3 l", "UN", (1490, 2190), 60, tax=271),
))
MILL = Trade("Molinos", "Elaboración de harina de trigo", "106101", "mill", (
    Good("Harina panadera saco 25 kg", "SAC", (15900, 21900), 80, tax=19),
    Good("Harina integral saco 25 kg", "SAC", (16900, 22900), 40, tax=19),
    Good("Harina sin polvos, saco 50 kg", "SAC", (29900, 39900), 60, tax=19),
))
JEWELLER = Trade("Joyas", "Fabricación y venta de joyas de oro y plata con piedras preciosas", "321100", "jewels", (
    Good("Anillo de oro 18 k con brillante", "UN", (590000, 1290000), 3, tax=23),
    Good("Cadena de oro 18 k 50 cm", "UN", (390000, 790000), 4, tax=23),
    Good("Aros de oro con esmeralda", "UN", (290000, 690000), 5, tax=23),
))
#: Trades whose goods have a tax of their own.
TAXED = (LIQUOR, MILL, JEWELLER)
BOTTLE_SHOP = Trade("Botillería", "Venta al por menor de bebidas alcohólicas", "472200", "liquor", ())
BAKERY = Trade("Panadería", "Elaboración de pan y pasteles", "107100", "mill", ())
JEWEL_SHOP = Trade("Joyería", "Venta al por menor de joyas y relojes", "477396", "jewels", ())
#: Who buys of whom, so that the sale is one between merchants.
BUYERS = {"liquor": BOTTLE_SHOP, "mill": BAKERY, "jewels": JEWEL_SHOP}
