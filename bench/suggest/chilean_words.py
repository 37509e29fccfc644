"""What synthetic Chilean suppliers are called and sell. All of it is invented or everyday language.

``TRADES``: a trade's names for suppliers, its ways of deciding where a line goes (see ``chilean.py``) with weights, and
its goods: (text, product, expense account).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    weight: int
    names: tuple[str, ...]
    ways: dict[str, int]
    goods: tuple[tuple[str, str, str], ...]
    amounts: tuple[int, int]


FAMILY = (
    "Aravena", "Bustos", "Carrasco", "Donoso", "Espinoza", "Fuentealba", "Garrido", "Henríquez", "Inostroza", "Jara",
    "Leiva", "Maturana", "Norambuena", "Oyarzún", "Pizarro", "Quiroga", "Riquelme", "Sepúlveda", "Troncoso", "Urrutia",
    "Valdebenito", "Yáñez", "Zúñiga", "Cárdenas", "Millán", "Peña", "Ibáñez", "Cortés", "Araya", "Huenchumán",
)
PLACES = (
    "Maipo", "Aconcagua", "Biobío", "Llanquihue", "Elqui", "Cachapoal", "Itata", "Loa", "Maule", "Toltén", "Choapa",
    "Petorca", "Rapel", "Villarrica", "Reloncaví", "Andacollo", "Curacaví", "Pelarco", "Ránquil", "Imperial",
)
SUFFIX = ("Ltda.", "SpA", "S.A.", "E.I.R.L.", "y Cía. Ltda.")

KINDS = {
    "obra": ("Edificio", "Condominio", "Loteo", "Puente", "Bodega", "Colegio", "Cesfam", "Pavimentación",
             "Urbanización"),
    "proyecto": ("Estudio", "Ingeniería", "Inspección", "Topografía", "Proyecto", "Asesoría", "Diseño"),
    "contrato": ("Contrato", "Mantención", "Faena", "Servicio", "Planta"),
}
NAMES = (
    "Los Aromos", "El Peumo", "Las Pataguas", "Cerro Alto", "Bahía Larga", "Los Canelos", "Quebrada Honda",
    "El Membrillo",
    "Vista Cordillera", "Los Notros", "Santa Emilia", "El Boldo", "Puerta Sur", "Agua Clara", "Los Maitenes",
    "La Higuera",
    "Estero Grande", "Los Copihues", "Monte Verde", "Tres Esquinas", "El Litre", "San Eugenio", "Las Acacias",
    "Punta Lobos",
    "Altos del Valle", "La Huerta", "Los Quillayes", "El Roble", "Mirador Norte", "Las Camelias", "Río Claro",
    "El Manzano",
    "La Portada", "Santa Berta", "Cumbres del Sol", "Los Hualles", "El Trapiche", "Las Lengas", "Parque Oriente",
    "La Cantera", "Isla Baja", "Los Espinos", "Portal Poniente", "El Molino", "Las Vertientes", "Doña Rosario",
    "El Arrayán",
    "La Ensenada", "Los Ciruelos", "Pampa Blanca", "Casa de Piedra", "Loma Larga", "San Fermín", "El Canelillo",
    "Las Totoras",
    "Terrazas del Mar", "Los Radales", "La Candelaria", "Valle Escondido", "Caleta Vieja", "El Avellano",
    "Santa Ofelia",
)  # fmt: skip
COMMUNES = (
    "Maipú", "Ñuñoa", "Quilicura", "Talca", "Chillán", "Rancagua", "Curicó", "Temuco", "Osorno", "La Serena", "Copiapó",
    "Puente Alto", "Lampa", "Buin", "Quillota", "San Antonio", "Los Ángeles", "Valdivia", "Ovalle", "Machalí", "Colina",
)
STREETS = ("Av. Los Pajaritos", "Camino El Alba", "Ruta F-30", "Av. Matta", "Calle Freire", "Av. Brasil",
"Pasaje Lautaro",
           "Av. O'Higgins", "Calle Balmaceda", "Camino a Melipilla", "Av. Colón", "Calle Esmeralda")  # fmt: skip
CENTRES = ("Administración", "Bodega central", "Taller mecánico", "Oficina técnica", "Gerencia comercial", "Prevención")

TRADES = {
    "energy": Trade(3, ("Luz del {p}", "Eléctrica {p}", "Distribuidora {p}"), {"client": 8, "split": 3}, (
        ("{v} consumo {m} cliente {c}", "Energía eléctrica", "luz"), ("Suministro eléctrico período {m} N° cliente {c}",
        "Energía eléctrica", "luz"), ("CONSUMO ELECTRICIDAD {m} SERV. {c}", "", "luz"),
        ("Empalme provisorio cliente {c}", "Empalme", "luz"), ("Cargo fijo y demanda máxima {m} cta {c}", "", "luz"),
    ), (60_000, 4_000_000)),
    "water": Trade(2, ("Aguas {p}", "Sanitaria {p}"), {"client": 8, "split": 2}, (
        ("Agua potable y alcantarillado {m} cliente {c}", "Agua", "agua"), ("Consumo m3 {m} serv {c}", "Agua", "agua"),
        ("Sobreconsumo {m} N° {c}", "", "agua"),
    ), (15_000, 900_000)),
    "telco": Trade(3, ("Telefónica {p}", "Conecta {p}", "Fibra {p}"), {"client": 6, "split": 3, "silent": 1}, (
        ("Plan móvil {m} cuenta {c}", "Telefonía móvil", "fono"), ("Internet fibra {m} cod. cliente {c}", "Internet",
        "fono"),
        ("BAM y equipos {m} cta. {c}", "", "fono"), ("Enlace dedicado 100 MB {m} servicio {c}", "Enlace", "fono"),
    ), (18_000, 700_000)),
    "ironmonger": Trade(14, ("Ferretería {f}", "Comercial {f} e Hijos", "Ferretería {p}"),
        {"named": 6, "habit": 4, "single": 3, "silent": 2, "order": 4}, (
        ("Cemento especial 25 kg", "Cemento", "mat"), ("Fierro estriado 12 mm x 6 m", "Fierro", "mat"),
        ("Pino dimensionado 2x4 bruto", "Madera", "mat"), ("Plancha OSB 11,1 mm", "Madera", "mat"),
        ("Clavos 4 pulgadas caja", "", "mat"), ("Disco de corte 7 pulg.", "", "fungible"),
        ("Guantes cabritilla par", "EPP", "epp"), ("Casco con barbiquejo", "EPP", "epp"),
        ("Tubo PVC sanitario 110 mm", "PVC", "mat"), ("Pintura látex tineta 19 lt", "Pintura", "mat"),
        ("Taladro percutor 750 W", "Herramienta", "herr"), ("Candado y cadena", "", "fungible"),
        ("Malla acma C-92", "Fierro", "mat"), ("Yeso cartón 10 mm", "", "mat"), ("Brocas surtidas", "", "fungible"),
    ), (3_000, 1_800_000)),
    "machines": Trade(8, ("Arriendos {f}", "Maquinarias {p}", "Rental {f}"),
        {"named": 7, "order": 5, "habit": 2, "single": 2}, (
        ("Arriendo retroexcavadora", "Retroexcavadora", "arrmaq"), ("Arriendo excavadora 20 ton", "Excavadora",
        "arrmaq"),
        ("Horas minicargador", "Minicargador", "arrmaq"), ("Arriendo placa compactadora", "", "arrmaq"),
        ("Arriendo andamios", "Andamios", "arrmaq"), ("Alzahombre 12 m mensual", "Alzahombre", "arrmaq"),
        ("Traslado cama baja", "", "flete"), ("Arriendo grupo electrógeno 60 kVA", "Generador", "arrmaq"),
        ("Baño químico mensual", "Baño químico", "servob"), ("Container oficina mensual", "Container", "servob"),
    ), (40_000, 6_000_000)),
    "carriers": Trade(6, ("Transportes {f}", "Fletes {p}", "Áridos y Transportes {f}"),
        {"named": 6, "habit": 3, "single": 3, "silent": 1, "order": 2}, (
        ("Flete camión tolva", "Flete", "flete"), ("Transporte de material a destino", "", "flete"),
        ("Retiro de escombros", "Escombros", "botad"), ("Ripio y arena m3", "Áridos", "mat"),
        ("Transporte de personal", "", "pers"), ("Flete camión pluma", "Flete", "flete"), ("Base estabilizada m3",
        "Áridos", "mat"),
    ), (35_000, 2_500_000)),
    "concrete": Trade(4, ("Hormigones {p}", "Premezclados {p}"), {"order": 6, "named": 4}, (
        ("Hormigón G25 cono 8", "Hormigón", "mat"), ("Hormigón H30 bombeable", "Hormigón", "mat"),
        ("Servicio de bomba", "Bomba", "servob"), ("Mortero predosificado", "Hormigón", "mat"), ("Recargo por espera",
        "", "servob"),
    ), (250_000, 9_000_000)),
    "printers": Trade(3, ("Imprenta {f}", "Gráfica {p}", "Copias {f}"), {"goods": 7, "named": 3}, (
        ("Ploteo de planos A0", "Planos", "impr"), ("Tarjetas de presentación", "", "impr"),
        ("Lienzo publicitario PVC", "Lienzo", "publi"), ("Libro de obra autocopiativo", "", "impr"),
        ("Señalética de seguridad", "Señalética", "epp"), ("Folletos sala de ventas", "", "publi"),
        ("Anillado informe", "", "impr"),
    ), (8_000, 600_000)),
    "consultants": Trade(6, ("{f} y Asociados", "Consultora {p}", "Ingeniería {f}", "Estudio {f}"),
        {"single": 5, "named": 4, "order": 2}, (
        ("Honorarios asesoría", "Asesoría", "hono"), ("Informe mecánica de suelos", "", "estud"),
        ("Inspección técnica {m}", "ITO", "hono"), ("Levantamiento topográfico", "Topografía", "estud"),
        ("Estado de pago N° {k}", "", "hono"), ("Cálculo estructural", "", "estud"), ("Revisión de proyecto", "",
        "estud"),
    ), (300_000, 8_000_000)),
    "guards": Trade(4, ("Seguridad {p}", "Guardias {f}"), {"single": 7, "named": 3}, (
        ("Servicio de guardias {m}", "Guardias", "segur"), ("Guardia nocturno turno 12 h", "", "segur"),
        ("Cámaras y monitoreo {m}", "Monitoreo", "segur"),
    ), (600_000, 5_000_000)),
    "subcontract": Trade(6, ("Constructora {f}", "Montajes {p}", "Instalaciones {f}"), {"single": 6, "order": 3,
    "named": 3}, (
        ("Estado de pago N° {k} instalaciones eléctricas", "", "subc"), ("Mano de obra moldaje", "", "subc"),
        ("EP {k} gasfitería", "", "subc"), ("Instalación de cerámica m2", "", "subc"), ("Enfierradura kg", "", "subc"),
        ("Obras extraordinarias EP {k}", "", "subc"),
    ), (400_000, 18_000_000)),
    "fuel": Trade(4, ("Combustibles {p}", "Servicentro {f}"), {"plate": 7, "silent": 2}, (
        ("Petróleo diésel lt patente {t}", "Diésel", "comb"), ("Gasolina 95 lt {t}", "Gasolina", "comb"),
        ("Carga cupón electrónico {t}", "", "comb"), ("Lubricante 15W40", "", "comb"),
    ), (20_000, 1_500_000)),
    "canteen": Trade(4, ("Casino {f}", "Alimentos {p}", "Colaciones {f}"), {"habit": 4, "single": 4, "silent": 2}, (
        ("Colaciones {m}", "Colación", "cola"), ("Almuerzos personal", "Colación", "cola"), ("Agua en bidón 20 lt",
        "", "cola"),
        ("Café y galletas", "", "cola"),
    ), (25_000, 1_900_000)),
    "office": Trade(4, ("Librería {f}", "Computación {p}", "Aseo {f}"), {"goods": 6, "silent": 2}, (
        ("Resma carta 75 g", "Resma", "ofic"), ("Tóner negro alternativo", "Tóner", "ofic"),
        ("Notebook 14 pulg. 16 GB", "Notebook", "equip"), ("Cloro y detergente", "Aseo", "aseo"),
        ("Silla ergonómica", "", "equip"), ("Repuesto filtro de aceite", "", "repu"), ("Neumático 295/80 R22,5",
        "Neumático", "repu"),
        ("Extintor PQS 6 kg recarga", "", "epp"), ("Licencia anual software CAD", "", "soft"),
    ), (4_000, 1_200_000)),
    "landlords": Trade(2, ("Inmobiliaria {p}", "Rentas {f}"), {"single": 7, "split": 3}, (
        ("Arriendo oficina {m}", "Arriendo", "arri"), ("Arriendo casa personal {m}", "", "arri"),
        ("Gastos comunes {m}", "", "arri"),
    ), (350_000, 3_500_000)),
}  # fmt: skip
ACCOUNTS = {name: str(5001 + n) for n, name in enumerate(
    ("luz", "agua", "fono", "mat", "fungible", "epp", "herr", "arrmaq", "flete", "botad", "pers", "servob", "impr",
    "publi",
     "hono", "estud", "segur", "subc", "comb", "cola", "ofic", "equip", "aseo", "repu", "soft", "arri"))}  # fmt: skip
SHORT = {
    "arriendo": "arr.", "servicio": "serv.", "transporte": "transp.", "materiales": "mat.", "hormigón": "horm.",
    "retroexcavadora": "retro", "mensual": "mens.", "instalación": "inst.", "condominio": "cond.", "edificio": "edif.",
    "proyecto": "proy.", "suministro": "sum.", "pulgadas": "pulg.", "consumo": "cons.", "obra": "ob.",
    "urbanización": "urb.",
}
