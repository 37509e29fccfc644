"""What the programs inside ``odoo shell`` share: a Chilean company, its customers, people, the feature switched on.

What is made is committed, for the queue works in transactions of its own; the database is a clone that is dropped
afterwards.
"""

import json

from odoo import Command

GIRO = "l10n_cl_activity_description"
GROUPS = ("account.group_account_manager", "l10n_cl_ai.group_manager")


def company_of(env, name="Comercial Ñuble Limitada", vat="76192083-9"):
    """Return a Chilean company with its chart of accounts."""
    company = env["res.company"].create({
        "name": name, "vat": vat, "country_id": env.ref("base.cl").id,
        "street": "Av. Libertad 1234", "city": "Chillán", "currency_id": env.ref("base.CLP").id,
    })
    env["account.chart.template"].try_loading("cl", company=company, install_demo=False)
    company.partner_id.write({GIRO: "Venta de artículos de oficina", "l10n_cl_sii_taxpayer_type": "1"})
    env.user.company_ids |= company
    return company


def rut(body):
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(body))))
    return f"{body}-{'0K987654321'[total % 11]}"


def customers_of(env, number, **values):
    common = {
        "is_company": True, "country_id": env.ref("base.cl").id, "l10n_cl_sii_taxpayer_type": "1", "city": "Temuco",
        "l10n_latam_identification_type_id": env.ref("l10n_cl.it_RUT").id, "street": "Calle Prat 456",
        GIRO: "Servicios de ingeniería", **values,
    }
    return env["res.partner"].create([
        {"name": f"Servicios Araucanía {n} SpA", "vat": rut(77_000_000 + 37 * n), **common}
        for n in range(1, number + 1)
    ])


def person_of(env, company):
    """Return who issues and has reviewed, and has accepted what the feature sends."""
    person = env["res.users"].create({
        "name": "Contadora", "login": "contadora", "company_id": company.id, "company_ids": [Command.set(company.ids)],
        "group_ids": [Command.set([env.ref(group).id for group in GROUPS])],
    })
    feature = env.ref("l10n_cl_ai.feature_dte_review").with_user(person).with_company(company)
    feature._switch()._accept(feature._digest())
    # One person asks more here than one does in a minute.
    env.ref("l10n_cl_ai.feature_dte_review").rate_per_minute = 1_000_000
    return person


def world(env, customers):
    """Return (env of the person in the company, company, customers)."""
    company = company_of(env)
    partners = customers_of(env, customers)
    person = person_of(env, company)
    env.cr.commit()
    context = {"allowed_company_ids": company.ids, "tracking_disable": True}
    return env(user=person.id, context=context), company, partners


def document_type(env, code):
    return env["l10n_latam.document.type"].search([("code", "=", code), ("country_id.code", "=", "CL")], limit=1)


def tell(answer):
    print("BENCH " + json.dumps(answer), flush=True)
