"""Bills of which a run proposes one in each band."""

from .suggest_common import SuggestCase


class RunCase(SuggestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history()
        cls.manager = cls._make_user(
            "jefa", "account.group_account_invoice,analytic.group_analytic_accounting,l10n_cl_ai.group_manager"
        )
        cls.ruled = cls._make_partner("Áridos Itata Limitada", "76086428-5")
        cls.rule = cls.env["account.analytic.distribution.model"].create(
            {
                "partner_id": cls.ruled.id,
                "company_id": cls.company.id,
                "analytic_distribution": {str(cls.aromos.id): 100},
            }
        )

    @classmethod
    def bare(cls, *texts, **values):
        """A draft without projects, also where a rule would give one."""
        bill = cls.draft(*texts, **values)
        bill.write({"invoice_line_ids": cls.emptied(bill)})
        return bill

    @classmethod
    def bills(cls):
        """One line of each band."""
        return (
            cls.bare("Gravilla", partner=cls.ruled)
            | cls.bare("Arriendo retroexcavadora Quillay semana 40")
            | cls.bare("Zapallos", partner=cls.customer)
        )

    def run_of(self, bills, user=None):
        run = self.env["l10n_cl_ai.suggestion.run"].with_user(user or self.accountant)._start(bills.with_user(
            user or self.accountant
        ))
        while run.state == "running":
            run.work_next()
        return run

    def projects(self, bills):
        return [line.analytic_distribution or {} for line in bills.invoice_line_ids.sorted("id")]
