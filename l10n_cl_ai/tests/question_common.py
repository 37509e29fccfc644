"""Bills whose lines the history does not tell about, projects to choose from, and a model that answers by names."""

import json
import re

from .common import DAY
from .gateway_common import standin
from .review_common import ReviewCase

WHO_BOOKS = "account.group_account_invoice,l10n_cl_ai.group_accountant,project.group_project_user"
FEATURE = "project_suggestion"


def rows(call, label):
    """Return what a call tells under a label, a dictionary a row."""
    text = "\n".join(block["text"] for turn in call.body["messages"] for block in turn["content"] if "text" in block)
    [block] = re.findall(rf'<data label="{label}">\n(.*?)\n</data>', text, re.DOTALL)
    return [json.loads(row) for row in block.splitlines() if row.startswith("{")]


class QuestionCase(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant.group_ids |= cls.env.ref("project.group_project_user")
        cls.feature = cls._accept_suggestions(cls.company)
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Obras"})
        cls.bridge = cls.project("Puente Biobío")
        cls.building = cls.project("Edificio Maipú")

    @classmethod
    def _accept_suggestions(cls, company):
        feature = cls.env["l10n_cl_ai.feature"].with_company(company).search([("code", "=", FEATURE)])
        feature._switch()._accept(feature._digest())
        return feature

    @classmethod
    def project(cls, name, company=None, **values):
        company = company or cls.company
        account = cls.env["account.analytic.account"].create(
            {"name": name, "plan_id": cls.plan.id, "company_id": company.id}
        )
        return cls.env["project.project"].create(
            {"name": name, "account_id": account.id, "company_id": company.id, "privacy_visibility": "employees"}
            | values
        )

    @staticmethod
    def label(project):
        return f"{project.account_id.id}:100"

    def draft(self, *texts, price=100000, **values):
        """A draft bill with these lines, none of them on a project."""
        lines = [self.line(text, 1, price, taxes=self.purchase_iva) for text in texts]
        self.folio = getattr(self, "folio", 1000) + 1
        return self.bill(folio=str(self.folio), lines=lines, invoice_date=DAY, **values)

    def suggested(self, move, user=None, trigger="button"):
        user = user or self.accountant
        context = {"allowed_company_ids": user.company_ids.ids}
        moves = move.with_env(self.env(user=user.id, su=False, context=context))
        return moves._l10n_cl_ai_suggest(trigger).sudo()

    def asked(self, *texts, **values):
        """The suggestion for a bill with one line, asked and answered."""
        suggestions = self.suggested(self.draft(*(texts or ("Hormigón premezclado",)), **values))
        self.queue()
        return suggestions

    def says(self, candidate, reason="La línea lo dice.", times=1, **more):
        """Let the model choose a candidate by its name, or say anything else as it is."""

        def choose(call):
            named = {row["name"]: row["candidate"] for row in rows(call, "candidates")}
            return standin.Step(answer={"candidate": named.get(candidate, candidate), "reason": reason, **more})

        self.standin.script(choose=choose, times=times)

    def sent(self, number=0):
        return json.dumps(self.standin.messages[number].body, ensure_ascii=False)

    def offered(self, number=0):
        return {row["name"] for row in rows(self.standin.messages[number], "candidates")}

    def assertUntouched(self, suggestion):
        """Check that nothing was proposed, and nothing booked."""
        self.assertEqual((suggestion.band, suggestion.state), ("unknown", "open"))
        self.assertNotEqual(suggestion.method, "ai")
        self.assertFalse(suggestion.line_id.analytic_distribution)
