"""Bills, projects, and a history from which something can be learned."""

import datetime

from odoo import Command

from .common import DAY, DteCase


class SuggestCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Obras"})
        cls.aromos, cls.quillay = (cls._make_project(name) for name in ("Edificio Los Aromos", "Puente Quillay"))
        cls.accountant = cls._make_user("contadora", "account.group_account_invoice,analytic.group_analytic_accounting")
        cls.folios = iter(range(1, 10_000))

    @classmethod
    def _make_project(cls, name, company=None, **values):
        """Return the analytic account of a project."""
        company = company or cls.company
        account = cls.env["account.analytic.account"].create(
            {"name": name, "plan_id": cls.plan.id, "company_id": company.id}
        )
        cls.env["project.project"].create(
            {"name": name, "account_id": account.id, "company_id": company.id, **values}
        )
        return account

    @classmethod
    def draft(cls, *texts, accounts=None, partner=None, price=100_000, **values):
        """Make a draft bill with a line for each text. :param accounts: analytic account of all its lines"""
        distribution = {str(accounts.id): 100} if accounts else accounts
        lines = [
            cls.line(text, 1, price, taxes=cls.purchase_iva, analytic_distribution=distribution) for text in texts
        ]
        return cls.bill(
            folio=str(next(cls.folios)), lines=lines, partner=partner or cls.supplier, **values
        )

    @classmethod
    def posted(cls, *texts, accounts=None, days=30, **values):
        """Post a bill of so many days ago."""
        bill = cls.draft(*texts, accounts=accounts, invoice_date=DAY - datetime.timedelta(days), **values)
        bill.action_post()
        return bill

    @classmethod
    def history(cls):
        """A supplier who works for both projects; only the words tell which."""
        for n in range(6):
            cls.posted(f"Hormigón premezclado H30 Aromos guía {100 + n}", accounts=cls.aromos, days=60 - n)
            cls.posted(f"Arriendo retroexcavadora Quillay semana {n}", accounts=cls.quillay, days=60 - n)

    def index(self, kind="project", company=None):
        return self.env["l10n_cl_ai.index"]._of(company or self.company, kind)

    def rows(self, table, index=None):
        self.env.cr.execute(f"SELECT * FROM l10n_cl_ai_index_{table} WHERE index_id = %s", [(index or self.index()).id])
        return self.env.cr.dictfetchall()

    def counts(self, index=None):
        """Return {(lexeme, label): n} of what counts."""
        summed = {}
        for row in self.rows("count", index):
            key = row["lexeme"], row["label"]
            summed[key] = round(summed.get(key, 0) + row["n"], 3)
        return {key: n for key, n in summed.items() if n}

    def suggest(self, bill, user=None):
        return bill.with_user(user or self.accountant)._l10n_cl_ai_suggest("button")

    @staticmethod
    def split(**shares):
        return {key.lstrip("_"): share for key, share in shares.items()}

    @staticmethod
    def emptied(bill):
        """Return commands that take the projects off a bill's lines."""
        return [Command.update(line.id, {"analytic_distribution": False}) for line in bill.invoice_line_ids]
