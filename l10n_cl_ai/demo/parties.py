"""The companies, people and partners of the demo. All invented; the check digits of the RUTs are right."""

#: Values of res.company's partner and of the company itself.
COMPANIES = {
    "company_nuble": {
        "name": "Comercial Ñuble Limitada",
        "vat": "76192083-9",
        "street": "Av. Libertad 1234",
        "city": "Chillán",
        "state": "state_cl_16",
        "phone": "+56 42 212 3456",
        "email": "facturacion@comercialnuble.example",
        "giro": "Venta al por mayor de artículos de oficina",
    },
    "company_quillon": {
        "name": "Servicios Quillón SpA",
        "vat": "77018459-2",
        "street": "Calle 18 de Septiembre 210",
        "city": "Quillón",
        "state": "state_cl_16",
        "email": "contacto@serviciosquillon.example",
        "giro": "Servicios de mantención y reparación",
    },
}

#: login (also the password) → name and groups.
USERS = {
    "contador": {
        "name": "Camila Contreras (contadora)",
        "groups": ("account.group_account_user", "base.group_partner_manager"),
    },
    "jefa": {
        "name": "Javiera Fuentes (jefa de administración)",
        "groups": (
            "account.group_account_manager",
            "account.group_account_user",
            "base.group_partner_manager",
            "base.group_erp_manager",
            "l10n_cl_ai.group_manager",
        ),
    },
}

_GIRO = "l10n_cl_activity_description"


def _partner(name, vat, street, city, giro=None, **values):
    return {
        "name": name, "vat": vat, "street": street, "city": city, _GIRO: giro, "is_company": True,
        "country_id": "base.cl", "l10n_latam_identification_type_id": "l10n_cl.it_RUT",
        "l10n_cl_sii_taxpayer_type": "1", **values,
    }  # fmt: skip


PARTNERS = {
    # Right in all that a DTE asks.
    "araucania": _partner(
        "Servicios Araucanía SpA", "77262640-1", "Calle Prat 456, Piso 2", "Temuco", "Servicios de ingeniería"
    ),
    "biobio": _partner(
        "Constructora Biobío Limitada", "76418205-7", "Av. Los Carrera 1550", "Concepción", "Obras de construcción"
    ),
    "itata": _partner(
        "Colegio San Sebastián de Itata", "65104873-7", "Camino a Coelemu km 3", "Quirihue",
        "Enseñanza básica y media",
    ),
    # Each wrong in one thing.
    "carmen": _partner(
        "Panadería Doña Carmen EIRL", "76903412-9", "Maipón 845, Chillán Viejo", False, "Elaboración de pan"
    ),
    "roble": _partner("Ferretería El Roble Limitada", "77340268-K", "Av. O'Higgins 77", "San Carlos"),
    # The right RUT is 76551907-1: it came through an import that skips Odoo's check.
    "maule": _partner(
        "Transportes del Maule Limitada", "76551907-7", "Ruta 5 Sur km 258", "Talca",
        "Transporte de carga por carretera",
    ),
    "agricola": _partner(
        "Agrícola Santa Elvira SpA", "76880314-5", "Fundo Santa Elvira s/n", "Bulnes",
        "Cultivo de trigo, avena y otros cereales, y servicios de cosecha a terceros",
    ),
    "aurora": _partner(
        "Librería “La Aurora” Limitada", "77103946-4", "Constitución 615", "Chillán", "Venta de libros"
    ),
    "condes": _partner(
        "Inmobiliaria Mirador SpA", "77519082-5", "Av. Apoquindo 6410", "Las Condez", "Arriendo de inmuebles"
    ),
    "anonymous": "l10n_cl.par_cfa",
    "overseas": {
        "name": "Overseas Trading Inc.", "vat": "55555555-5", "street": "100 Harbor Street", "city": "Oakland",
        "country_id": "base.us", "is_company": True, "l10n_cl_sii_taxpayer_type": "4",
        "l10n_latam_identification_type_id": "l10n_latam_base.it_fid", _GIRO: "Importaciones",
    },
    # Suppliers.
    "papelera": _partner(
        "Papelera Andina S.A.", "96741350-K", "Camino Lo Ruiz 3200", "Renca", "Fabricación de papel"
    ),
    "imprenta": _partner(
        "Imprenta Cordillera Limitada", "76230981-5", "San Martín 940", "Los Ángeles", "Servicios de impresión"
    ),
    "campesino": _partner(
        "Juan Sepúlveda Ortiz", "9874213-1", "Sector El Sauce, parcela 4", "Coihueco", "Recolección de papel",
        is_company=False,
    ),
}  # fmt: skip
