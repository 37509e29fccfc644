"""Rows of the gateway's own tables, written by SQL in the test's transaction and gone with it."""

import uuid
from datetime import date
from unittest.mock import patch

import psycopg2.extensions

from odoo.tools import SQL

from .common import DteCase

#: The day of ``NOW`` in Chile.
TODAY = date(2026, 11, 18)


class CursorDoor:
    """A door that opens on the test's own cursor: what it writes is rolled back with the test."""

    def __init__(self, cr):
        self.cr = cr

    def run(self, statement, params=()):
        with self.cr._cnx.cursor() as cursor:
            # As on the real door; Odoo's own cursors make floats of them.
            psycopg2.extensions.register_type(psycopg2.extensions.DECIMAL, cursor)
            cursor.execute(statement.preparation)
            try:
                cursor.execute(statement.execution, params)
                return cursor.fetchall() if cursor.description else []
            finally:
                cursor.execute(f"DEALLOCATE {statement.name}")


class LedgerCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Servicios Quillón SpA", "77018459-2")
        cls.user = cls._make_user("contadora", "l10n_cl_ai.group_accountant,base.group_allow_export")
        cls.colleague = cls._make_user("colega", "l10n_cl_ai.group_accountant")
        cls.manager = cls._make_user("gerente", "l10n_cl_ai.group_manager")
        cls.stranger = cls._make_user("ajeno", "l10n_cl_ai.group_manager", cls.other)
        cls.employee = cls._make_user("empleado", "base.group_user")
        cls.feature = cls.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])

    def setUp(self):
        super().setUp()
        self.door = CursorDoor(self.env.cr)
        gateway = self.registry["l10n_cl_ai.gateway"]
        self.startPatcher(patch.object(gateway, "_door", lambda _self: self.door))

    @classmethod
    def insert(cls, table, values):
        """Write a row past the ORM, as the gateway does; return its id."""
        columns = SQL(", ").join(map(SQL.identifier, values))
        table = SQL.identifier(f"l10n_cl_ai_{table}")
        row = SQL("INSERT INTO %s (%s) VALUES %s RETURNING id", table, columns, tuple(values.values()))
        cls.env.invalidate_all()
        return cls.env.execute_query(row)[0][0]

    @classmethod
    def row(cls, **values):
        """Write a row of the ledger: by default an answered question of the user, 0.25 USD."""
        base = {
            "lease_until": "2999-01-01",
            "token": str(uuid.uuid4()),
            "company_id": cls.company.id,
            "user_id": cls.user.id,
            "feature": "dte_review",
            "model": "modelo-1",
            "state": "done",
            "status": "answered",
            "cost": "0.25",
        }
        return cls.env["l10n_cl_ai.request"].browse(cls.insert("request", base | values))

    @classmethod
    def counter(cls, budget, **values):
        """Write a counter of the budget's current period; return its id."""
        base = {
            "budget_id": budget.id,
            "company_id": budget.company_id.id,
            "period_start": budget.period_start,
            "limit_usd": budget.limit_usd,
        }
        return cls.insert("budget_counter", base | values)

    def seen_by(self, user, record):
        """Return a record as somebody sees it who works in his own company."""
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def activities(self, user):
        return self.env["mail.activity"].search([("user_id", "=", user.id)])


class BudgetCase(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Budget = cls.env["l10n_cl_ai.budget"]
        cls.defaults = cls.of(cls.company)
        cls.daily = cls.defaults.filtered(lambda budget: budget.period == "day")
        cls.monthly = cls.defaults - cls.daily

    @classmethod
    def of(cls, company):
        return cls.Budget.search([("company_id", "=", company.id)])

    @classmethod
    def make(cls, limit_usd=1.0, **values):
        return cls.Budget.create({"company_id": cls.company.id, "limit_usd": limit_usd, **values})

    def limits(self, user=None, feature=None, today=TODAY):
        return self.Budget._limits(self.company, user or self.user, feature or self.feature, today)
