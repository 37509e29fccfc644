"""Reviews on the test database: documents of the rules' tests, the gateway on the stand-in, the queue worked off."""

import json
from unittest.mock import patch

from odoo import fields

from ..models.move_facts import chilean_day
from .common import DAY, DteCase
from .gateway_common import OrmGatewayCase

#: A remark that the document of :meth:`ReviewCase.furnished` deserves.
REMARK = {
    "code": "J05",
    "path": "Detalle[1]/NmbItem",
    "quote": "Arriendo amoblado",
    "reason": "El arriendo de inmuebles amoblados está afecto a IVA.",
    "suggestion": "Emitir factura afecta (33).",
    "confidence": 92,
}


def answer(*remarks, outcome=None):
    return json.dumps({"outcome": outcome or ("remarks" if remarks else "nothing"), "remarks": list(remarks)})


class ReviewCase(OrmGatewayCase, DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        queue = cls.registry["l10n_cl_ai.queued"]

        def one_after_another(self, jobs):
            # No thread may use the test's cursor beside it; the real pool is used in test_review_process.
            for row_id, job in jobs.items():
                yield row_id, job()

        cls.startClassPatcher(patch.object(queue, "_side_by_side", one_after_another))
        cron = cls.registry["ir.cron"]
        cls.startClassPatcher(
            patch.object(cron, "_commit_progress", lambda self, *_a, **_k: self.env.flush_all() or float("inf"))
        )
        cls.accountant = cls._make_user(
            "contadora", "account.group_account_invoice,l10n_cl_ai.group_accountant", cls.company
        )
        cls.manager = cls._make_user(
            "jefa", "account.group_account_invoice,l10n_cl_ai.group_manager", cls.company
        )
        cls._accept(cls.company)

    @classmethod
    def _accept(cls, company):
        feature = cls.env["l10n_cl_ai.feature"].with_company(company).search([("code", "=", "dte_review")])
        feature._switch()._accept(feature._digest())

    def furnished(self, **values):
        """A document that no rule objects to and that a reader would: furnished rental, exempt."""
        lines = [self.line("Arriendo amoblado departamento", 1, 450000, taxes=self.env["account.tax"])]
        return self.invoice(34, lines, invoice_date=DAY, **values)

    def queue(self):
        """Work off the queue, as the cron does."""
        self.env.flush_all()
        self.env["l10n_cl_ai.queued"]._cron_run()
        self.env.invalidate_all()

    def reviewed(self, move, *steps, user=None, **options):
        """Have a document reviewed; ``steps`` are texts that the model answers in turn."""
        for step in steps:
            self.standin.script(answer=step)
        review = move.with_user(user or self.accountant)._l10n_cl_ai_review(forced=True, **options)
        self.queue()
        return review.sudo()


class QueueCase(ReviewCase):
    """Documents of today: rows of the queue are as old as the database's clock says."""

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.today = chilean_day(self.now)

    def document(self, text="Arriendo amoblado departamento"):
        line = self.line(text, 1, 450000, taxes=self.env["account.tax"])
        return self.invoice(34, [line], invoice_date=self.today)

    def waiting(self, move=None, user=None, **options):
        move = move or self.document()
        return move.with_user(user or self.accountant)._l10n_cl_ai_review(**{"forced": True, **options}).sudo()
