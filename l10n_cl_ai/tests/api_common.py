"""Callers of the HTTP API: their keys, and the documents they describe."""

import datetime
import json

from odoo.tests import HttpCase

from .common import DteCase
from .gateway_common import OrmGatewayCase

ACCOUNTANT = "account.group_account_invoice"
#: A right invoice as the callers of the old service describe it.
INVOICE = {
    "tipo_dte": 33, "folio": 101, "fecha_emision": "2026-11-18", "forma_pago": 2, "fecha_vencimiento": "2026-12-18",
    "rut_emisor": "76192083-9", "razon_social_emisor": "Comercial Ñuble Limitada",
    "giro_emisor": "Venta de artículos de oficina", "acteco": "464903", "direccion_emisor": "Av. Libertad 1234",
    "comuna_emisor": "Chillán", "rut_receptor": "77262640-1", "razon_social_receptor": "Servicios Araucanía SpA",
    "giro_receptor": "Servicios de ingeniería", "direccion_receptor": "Calle Prat 456", "comuna_receptor": "Temuco",
    "monto_neto": 13350, "tasa_iva": 19, "iva": 2537, "monto_total": 15887,
    "items": [
        {"numero": 1, "nombre": "Resma de papel carta 75 g", "cantidad": 10, "precio": 1050, "monto": 10500},
        {"numero": 2, "nombre": "Archivador oficio", "cantidad": 2, "precio": 1425, "monto": 2850},
    ],
}  # fmt: skip


class ApiCase(DteCase, OrmGatewayCase, HttpCase):
    """A caller with a key of the company's accountant, over real HTTP; the gateway asks the stand-in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The gateway's tests speak of the database's own company; here it is the Chilean one.
        cls.company = cls.customer.env.company
        cls.accountant = cls._make_user("contadora", ACCOUNTANT)
        cls.accountant.lang = "en_US"
        cls.key = cls.key_of(cls.accountant)

    @classmethod
    def key_of(cls, user, days=30):
        """Return an API key of a user that lasts so many days."""
        until = datetime.datetime.now() + datetime.timedelta(days=days)
        return cls.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "emisor", until)

    def headers(self, key=None, kind="application/json"):
        return {"Authorization": f"Bearer {key or self.key}", "Content-Type": kind}

    def post(self, path, data, headers=None, **options):
        headers = self.headers() if headers is None else headers
        return self.url_open(path, data=data, headers=headers, method="POST", **options)

    def validate(self, dte_data=None, key=None, **request):
        """Ask about a document; rules alone unless told otherwise."""
        body = {"dte_data": INVOICE if dte_data is None else dte_data, "company_id": self.company.id, "ai": False}
        return self.post("/api/ai/validate", json.dumps(body | request), self.headers(key))

    def answer(self, dte_data=None, **request):
        response = self.validate(dte_data, **request)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def assertProblem(self, response, status, word):
        """Check what a refusal says, and that it shows nothing of our inside."""
        self.assertEqual(response.status_code, status, response.text)
        self.assertEqual(response.headers["Content-Type"].split(";")[0], "application/json")
        body = response.json()
        self.assertEqual(body["error"], word)
        self.assertTrue(body["message"])
        self.assertNotIn("Traceback", response.text)
        self.assertNotIn("debug", body)
        return body
