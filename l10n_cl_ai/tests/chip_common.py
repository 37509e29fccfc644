"""A bill with lines and what is proposed for them, as the chip shows it."""

from odoo import Command

from .common import DteCase


class ChipCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Obras"})
        cls.aromos, cls.quillay, cls.canelo = (
            cls._make_project(name) for name in ("Edificio Los Aromos", "Puente Quillay", "Bodega El Canelo")
        )
        cls.accountant = cls._make_user(
            "contadora",
            "account.group_account_invoice,analytic.group_analytic_accounting,project.group_project_manager",
        )

    @classmethod
    def _make_project(cls, name, company=None):
        """Return the analytic account of a new project."""
        company = company or cls.company
        account = cls.env["account.analytic.account"].create(
            {"name": name, "plan_id": cls.plan.id, "company_id": company.id}
        )
        cls.env["project.project"].create({"name": name, "account_id": account.id, "company_id": company.id})
        return account

    @staticmethod
    def all_on(account):
        return f"{account.id}:100"

    @classmethod
    def draft(cls, *texts, **values):
        texts = texts or ("Hormigón H30", "Arriendo retroexcavadora", "Flete")
        lines = [cls.line(text, 1, 100_000, taxes=cls.purchase_iva) for text in texts]
        return cls.bill(lines=lines, **values)

    @classmethod
    def propose(cls, line, *accounts, band="suggested", probability=0.87, method="history", **values):
        """Write down a suggestion as the index makes it. :param accounts: candidates, the likeliest first"""
        labels = [one if isinstance(one, str) else cls.all_on(one) for one in accounts]
        chances = [probability / (1 + 2 * n) for n in range(len(labels))]
        return cls.env["l10n_cl_ai.suggestion"].create(
            {
                "company_id": line.company_id.id,
                "move_id": line.move_id.id,
                "line_id": line.id,
                "amount": abs(line.balance),
                "band": band,
                "method": method if labels else "none",
                "probability": probability if labels else 0,
                "label": labels[0] if labels else False,
                "candidates": [
                    {"label": label, "probability": chance, "method": method}
                    for label, chance in zip(labels, chances, strict=True)
                ],
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self.bill_ = self.draft()
        self.first, self.second, self.third = self.bill_.invoice_line_ids

    def mine(self, suggestion, user=None):
        return suggestion.with_user(user or self.accountant)

    def chip(self, line, user=None, field="l10n_cl_ai_suggestion"):
        """Return the chip of a line as a user sees it."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.accountant
        return line.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)[field]

    def booked(self, line):
        return line.analytic_distribution or {}

    @staticmethod
    def set_by_hand(bill, line, distribution):
        """Change a line as the form does."""
        bill.write({"invoice_line_ids": [Command.update(line.id, {"analytic_distribution": distribution})]})
