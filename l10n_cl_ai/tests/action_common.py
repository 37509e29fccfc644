"""Server actions that ask the AI, on invoices of the rules' tests, with the gateway on the stand-in."""

import json

from odoo import Command

from .review_common import ReviewCase

ALLOWED = [
    "account.move.name", "account.move.narration", "account.move.ref", "account.move.invoice_date",
    "account.move.line.name", "account.move.line.quantity", "res.partner.name", "account.payment.term.name",
]  # fmt: skip


def filled(reason="Según las líneas.", **values):
    """What a model answers."""
    return json.dumps({"outcome": "filled", "reason": reason, "fields": values})


CANNOT_TELL = json.dumps({"outcome": "cannot_tell", "reason": "", "fields": {}})


class ActionCase(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feature = cls.env.ref("l10n_cl_ai.feature_server_action")
        cls.allow(*ALLOWED)
        cls.action = cls.make_action()
        cls.move = cls.invoice(33)

    @classmethod
    def allow(cls, *names, company=None):
        """List these fields, and have the manager of the company accept it."""
        cls.feature.allowed_fields = "\n".join(names)
        feature = cls.feature.with_company(company or cls.company)
        feature._switch()._accept(feature._digest())

    @classmethod
    def make_action(cls, outputs=("narration",), inputs=("narration", "invoice_line_ids.name"), model=None, **values):
        model = cls.env["ir.model"]._get(model or "account.move")
        lines = [
            Command.create({"field_id": cls.env["ir.model.fields"]._get(model.model, name).id, "description": name})
            if isinstance(name, str) else Command.create(name)
            for name in outputs
        ]  # fmt: skip
        return cls.env["ir.actions.server"].create(
            {
                "name": "Proponer glosa",
                "model_id": model.id,
                "state": "l10n_cl_ai_ask",
                "l10n_cl_ai_instructions": "Propón una glosa.",
                "l10n_cl_ai_input_ids": [Command.create({"path": path}) for path in inputs],
                "l10n_cl_ai_output_ids": lines,
                **values,
            }
        )

    def output(self, name, model="account.move", **values):
        field = self.env["ir.model.fields"]._get(model, name)
        return {"field_id": field.id, "description": name, **values}

    def run_action(self, records=None, action=None, user=None):
        """Run an action as from the menu of a list. Return the rows it made."""
        records = self.move if records is None else records
        before = self.env["l10n_cl_ai.proposal"].search([])
        companies = (user or self.accountant).company_ids.ids
        context = {"allowed_company_ids": companies, "active_model": records._name, "active_ids": records.ids,
                   "active_id": records[:1].id}  # fmt: skip
        self.told = (action or self.action).with_user(user or self.accountant).with_context(**context).run()
        return self.env["l10n_cl_ai.proposal"].search([]) - before

    def proposed(self, *steps, records=None, action=None, user=None):
        """Run an action and have the model answer these texts in turn."""
        for step in steps:
            self.standin.script(answer=step)
        rows = self.run_action(records, action, user)
        self.queue()
        return rows

    def as_person(self, rows, user=None):
        user = user or self.accountant
        return rows.with_env(self.env(user=user, su=False, context={"allowed_company_ids": user.company_ids.ids}))

    def sent(self, number=0):
        """The text of a question as it left."""
        return json.dumps(self.standin.messages[number].body, ensure_ascii=False)
