"""What people do with a notice: rate it, have the AI read it, make an article of it, open what it touches."""

from odoo import fields, models

from . import ai_sii_notice  # noqa: F401 - what it extends is defined first


class AiSiiNotice(models.Model):
    _inherit = "l10n_cl_ai.sii.notice"

    def action_rate_useful(self):
        self.write({"rating": "useful"})

    def action_rate_useless(self):
        self.write({"rating": "useless"})

    def action_ask(self):
        """Have the AI read it, in the background."""
        self.check_access("write")
        self.env["l10n_cl_ai.sii.question"]._ask(self, self.env.user)

    def action_make_article(self):
        """Make a draft of an article for the assistant, with its source; a person publishes it."""
        self.ensure_one()
        if not self.article_id:
            articles = self.env["l10n_cl_ai.article"]
            articles.check_access("create")
            # sudo: what an authority publishes, of which the company was told
            document = self.document_id.sudo()
            body = "\n\n".join(filter(None, (self.summary, document.text))) or self.name
            article = articles.create({
                "name": self.name[:200], "body": body[:200_000], "source_name": self.name[:200],
                "source_url": document.url or False, "origin": "sii", "active": False, "company_id": self.company_id.id,
                "valid_from": self._holds_from(),
            })  # fmt: skip
            # sudo: l10n_cl_ai.sii.notice - a field of the watch
            self.sudo().article_id = article
        return {"type": "ir.actions.act_window", "res_model": "l10n_cl_ai.article", "res_id": self.article_id.id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    def _holds_from(self):
        days = [fields.Date.to_date(day) for day, what, _quote in self.days or () if what == "from"]
        return min(days, default=False)

    def action_open_documents(self):
        """Open the company's own documents that it touches, those of the last year."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "name": self.env._("Documents it touches"),
            "res_model": "account.move",
                "view_mode": "list,form",
                "domain": list(self._touched_domain(self.company_id, self.type_ids))}  # fmt: skip
