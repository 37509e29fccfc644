"""Suggestions for vendor bills: which project, and which account, each line belongs to."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import frozendict

from .. import suggest
from . import account_move_received  # noqa: F401 - what it extends is defined first, whoever imports this
from .account_move import READERS

_logger = logging.getLogger(__name__)

PURCHASES = ("in_invoice", "in_refund", "in_receipt")


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_suggestion_ids = fields.One2many(
        "l10n_cl_ai.suggestion", "move_id", "Suggestions", readonly=True, groups=READERS
    )
    l10n_cl_ai_suggests = fields.Boolean(compute="_compute_l10n_cl_ai_suggests", groups=READERS)
    l10n_cl_ai_open_suggestions = fields.Integer(
        "Suggestions to decide", compute="_compute_l10n_cl_ai_open_suggestions", groups=READERS
    )

    @api.depends("move_type", "state", "company_id")
    def _compute_l10n_cl_ai_suggests(self):
        for move in self:
            move.l10n_cl_ai_suggests = move._l10n_cl_ai_is_draft_purchase()

    @api.depends("l10n_cl_ai_suggestion_ids.state")
    def _compute_l10n_cl_ai_open_suggestions(self):
        for move in self:
            found = move.l10n_cl_ai_suggestion_ids
            move.l10n_cl_ai_open_suggestions = len(found.filtered(lambda one: one.state == "open" and one.label))

    # -- actions ---------------------------------------------------------------------------------------

    def action_l10n_cl_ai_suggest(self):
        """Propose projects for the lines of these draft bills that have none. No network."""
        drafts = self.filtered(lambda move: move._l10n_cl_ai_is_draft_purchase())
        if not drafts:
            raise UserError(self.env._("Projects are suggested for draft vendor bills only."))
        suggestions = drafts._l10n_cl_ai_suggest("button")
        proposed = suggestions.filtered(lambda one: one.band != "unknown").line_id
        message = self.env._(
            "%(proposed)s of %(lines)s lines have a suggestion.", proposed=len(proposed), lines=len(suggestions.line_id)
        )
        if booked := suggestions.filtered(lambda one: one.applied_by == "auto").line_id:
            message += " " + self.env._("%s booked by itself: marked, and undone with a click.", len(booked))
        if not suggestions:
            message = self.env._("Every line has a project already: nothing was changed.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message, "next": {"type": "ir.actions.client", "tag": "soft_reload"}},
        }

    # -- business --------------------------------------------------------------------------------------

    def _l10n_cl_ai_after_import(self):
        res = super()._l10n_cl_ai_after_import()
        # sudo: res.company - a setting, whoever imports
        wanted = self.filtered(lambda move: move.company_id.sudo().l10n_cl_ai_suggest_on_import)
        self.env.flush_all()  # what importing itself did wrong is no failure of ours
        try:
            with self.env.cr.savepoint():
                wanted._l10n_cl_ai_suggest("import")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Nothing could be suggested for bills %s, which were imported all the same", self.ids)
        return res

    def _l10n_cl_ai_is_purchase(self):
        """Return whether it is a supplier's document of a company in Chile."""
        return self.move_type in PURCHASES and self.company_id.account_fiscal_country_id.code == "CL"

    def _l10n_cl_ai_is_draft_purchase(self):
        return self.state == "draft" and self._l10n_cl_ai_is_purchase()

    def _l10n_cl_ai_suggest(self, trigger):
        """Propose for the lines of these drafts what they lack, with the user's rights, and return the suggestions.

        What a company lets book by itself is booked. Reads tables only: milliseconds a line, no network.

        :param trigger: "button", "import", "run" or "api"
        """
        drafts = self.filtered(lambda move: move._l10n_cl_ai_is_draft_purchase())
        drafts.check_access("write")
        made = self.env["l10n_cl_ai.suggestion"]
        for company, moves in drafts.grouped("company_id").items():
            for target in company._l10n_cl_ai_targets():
                lines = moves.invoice_line_ids.filtered(
                    lambda line, target=target: line.display_type == "product" and line._l10n_cl_ai_lacks(target)
                )
                made |= lines._l10n_cl_ai_suggest(target, company)
        made._apply_automatic()
        return made


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _l10n_cl_ai_lacks(self, target):
        """Return whether a target is to be proposed. An account is always there: Odoo puts one."""
        return target == "account" or not self.analytic_distribution

    def _l10n_cl_ai_suggest(self, target, company):
        """Make the suggestions for these lines of one company; open ones of before are replaced."""
        suggestions = self.env["l10n_cl_ai.suggestion"]
        if not self:
            return suggestions
        index = self.env["l10n_cl_ai.index"]._of(company, target)
        predictions = index._predict([line._l10n_cl_ai_features() for line in self], self.env)
        ruled = self._l10n_cl_ai_ruled(target)
        predictions = [
            found.ruled(ruled[line]) if line in ruled else found
            for line, found in zip(self, predictions, strict=True)
        ]
        # sudo: rows written by methods only; the right on the bills was looked at by who calls
        old = suggestions.sudo().search(
            [("line_id", "in", self.ids), ("target", "=", target), ("state", "=", "open")]
        )
        old.unlink()
        rows = [
            line._prepare_l10n_cl_ai_suggestion_vals(target, found)
            for line, found in zip(self, predictions, strict=True)
            if not (target == "account" and found.best and found.best.label == str(line.account_id.id))
        ]
        # sudo: as above
        return suggestions.sudo().create(rows).sudo(self.env.su)

    def _prepare_l10n_cl_ai_suggestion_vals(self, target, found):
        best = found.best
        return {
            "company_id": self.company_id.id,
            "move_id": self.move_id.id,
            "line_id": self.id,
            "amount": abs(self.balance),
            "target": target,
            "asked_by": self.env.uid,
            "band": found.band.value,
            "method": best.method if best else "none",
            "probability": best.probability if best else 0,
            "label": best.label if best else False,
            "candidates": [
                {"label": one.label, "probability": one.probability, "method": one.method} for one in found.choices
            ],
            "source_ids": list((best and best.sources) or found.nearest),
        }

    def _l10n_cl_ai_features(self):
        """Return what is known of the line before it is booked (``suggest.Line``)."""
        move, product = self.move_id, self.product_id
        texts = (self.name, product.name if product.name and product.name not in (self.name or "") else "", move.ref)
        return suggest.Line(
            text=" ".join(filter(None, texts)),
            vendor=str(move.commercial_partner_id.id or ""),
            amount=self.balance,
            product=str(product.id or ""),
            order=move.invoice_origin or "",
        )

    def _l10n_cl_ai_ruled(self, target):
        """Return {line: label} of those that one of Odoo's distribution models speaks of: rules come first."""
        if target != "project":
            return {}
        models_of, plans = self.env["account.analytic.distribution.model"], self.env["account.analytic.plan"]
        found, known = {}, {}
        for line in self:
            arguments = line._get_analytic_distribution_arguments(plans)
            # Odoo adds to the lists it is given: what is looked up by must not be the same list.
            key = frozendict(
                {name: value[:] if isinstance(value, list) else value for name, value in arguments.items()}
            )
            if key not in known:
                known[key] = suggest.label_of(models_of._get_distribution(arguments))
            if known[key]:
                found[line] = known[key]
        visible = self.env["l10n_cl_ai.suggestion"]._visible(target, set(found.values()), self.company_id[:1])
        return {line: label for line, label in found.items() if label in visible}
