"""What the chip beside a line shows of a suggestion, and why it was made: read with the rights of who looks."""

from odoo import api, fields, models

from .. import suggest
from .suggestion_states import APPLIED

#: Nothing but a rule of the company is certain.
MOST_PERCENT = 99


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    shown = fields.Json(compute="_compute_shown", help="Names of what it speaks of that the user may read; his rights.")

    @api.depends("label", "candidates", "final_label", "applied_label", "target", "company_id", "move_id.state")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_shown(self):
        visible = self._visible_labels()
        names = self._names({label for one in self for label in one._labels_known()})
        writable = self.move_id._filtered_access("write")
        for one in self:
            offered = [name for name in one._labels_offered() if (one.company_id, one.target, name) in visible]
            one.shown = {
                "offered": {label: names[one.target, label] for label in offered if (one.target, label) in names},
                "applied": names.get((one.target, one.applied_label), ""),
                "final": names.get((one.target, one.final_label), ""),
                "may_decide": one.move_id in writable and one.move_id.state == "draft",
            }

    def _labels_offered(self):
        return [label for label in (self.label, *(one["label"] for one in self.candidates or [])) if label]

    def _labels_known(self):
        return {label for label in (*self._labels_offered(), self.applied_label, self.final_label) if label}

    def _visible_labels(self):
        """Return {(company, target, label)} of what may be proposed to the user now: what is open, and his to see."""
        visible = set()
        for (company, target), group in self.grouped(lambda one: (one.company_id, one.target)).items():
            labels = {label for one in group for label in one._labels_offered()}
            visible |= {(company, target, label) for label in self._visible(target, labels, company)}
        return visible

    def _acceptable(self):
        """Return those of these that are open and propose what the user may see."""
        visible = self._visible_labels()
        return self.filtered(lambda one: one.state == "open" and (one.company_id, one.target, one.label) in visible)

    # -- the chip --------------------------------------------------------------------------------------

    def _chip(self):
        """Return what the chip shows, as JSON. Another model adds to it by ``super()``: ``question`` is for what the
        AI is at, ``{"words": …, "waiting": whether an answer is still to come}``.

        Of many at once it takes a constant number of queries: what it reads is computed for all of them together.
        """
        self.ensure_one()
        offered = self.shown["offered"]
        hidden = self._is_hidden()
        return {
            "id": self.id,
            "target": self.target,
            "company": self.company_id.id,
            "state": self.state,
            "state_words": self._word("state"),
            "band": "unknown" if hidden else self.band,
            "band_words": self._band_words("unknown" if hidden else self.band),
            "method": self.method,
            "method_words": "" if hidden or self.method == "none" else self._word("method"),
            "label": "" if hidden else self.label or "",
            "proposal": offered.get(self.label, ""),
            "percent": 0 if hidden else self._percent(self.probability, self.method),
            "hidden": hidden,
            "candidates": [self._candidate(one) for one in self.candidates or [] if one["label"] in offered],
            "source_count": len(self.source_ids or []),
            "automatic": self.applied_by == "auto",
            "by_hand": self.state in APPLIED and not self.applied_label,
            "applied": self.shown["applied"],
            "settled": bool(self.settled_on),
            "right": bool(self.right),
            "left": bool(self.settled_on) and not self.final_label,
            "final": self.shown["final"],
            "question": False,
            **self._chip_rights(),
        }

    def _is_hidden(self):
        """Whether it proposes what was closed since, or what the user may not see."""
        return bool(self.label) and self.label not in self.shown["offered"]

    def _chip_rights(self):
        may = self.shown["may_decide"]
        return {
            "may_decide": may,
            "may_undo": may and self.state in APPLIED and self._value_label() == self.applied_label,
        }

    def _candidate(self, one):
        return {
            "label": one["label"],
            "words": self.shown["offered"][one["label"]],
            "percent": self._percent(one["probability"], one["method"]),
            "method_words": self._word("method", one["method"]),
        }

    @staticmethod
    def _percent(probability, method):
        percent = round(probability * 100)
        return percent if method == "rule" else min(percent, MOST_PERCENT)

    def _band_words(self, band):
        # What could be booked by itself and was not is no "automatic" line.
        return self.env._("Certain enough") if band == "auto" else self._word("band", band)

    def _word(self, field, value=None):
        return dict(self._fields[field]._description_selection(self.env)).get(value or self[field], "")

    # -- why -------------------------------------------------------------------------------------------

    def get_why(self):
        """Return why this was proposed: the method in a sentence, how right its band was, what it learned from."""
        self.ensure_one()
        self.check_access("read")
        sources = self._readable_sources()
        return {
            "method": self._why_method(),
            "measured": self._why_measured(),
            # What the AI says of a project that is hidden from who looks is hidden as well.
            "reason": "" if self._is_hidden() else self.reason or "",
            "count": len(self.source_ids or []),
            "sources": self._describe_sources(sources),
        }

    def _why_method(self):
        if self.band == "unknown" or self._is_hidden():
            return self.env._("Nothing that was booked before is like enough. These lines are the nearest.")
        return {
            "rule": self.env._("A rule of the company says so: an analytic distribution model."),
            "history": self.env._("This supplier's earlier lines with words like these were booked there."),
            "similar": self.env._("Lines of other suppliers with words like these were booked there."),
            "ai": self.env._("The history was not certain; the AI chose among its candidates."),
        }.get(self.method, "")

    def _why_measured(self):
        """Return how right the band was on the company's last months, in words: never without its n."""
        if self.method in ("rule", "ai"):
            return self.env._("Not measured: it does not come from the history.")
        # sudo: figures of the company whose suggestion the user reads; no lines and no names
        index = self.env["l10n_cl_ai.index"].sudo().search(
            [("company_id", "=", self.company_id.id), ("kind", "=", self.target)]
        )  # fmt: skip
        figures = (suggest.Fitted.from_json(index.fitted).bands or {}).get(self.band) or {}
        if not figures.get("seen"):
            return self.env._("Not measured yet: too few bills were posted.")
        return self.env._(
            "Measured on the last months: right in %(right)s of %(seen)s lines of this band; with 95 %% certainty at "
            "least %(lower)s %%.",
            right=figures["right"],
            seen=figures["seen"],
            lower=int(figures["lower"] * 100),
        )

    def _readable_sources(self):
        """Return the journal items it was learned from that the user may read, best first."""
        lines = self.env["account.move.line"]
        ids = self.source_ids or []
        if not ids or self._is_hidden() or not lines.has_access("read"):
            return lines
        found = lines.search([("id", "in", ids), ("company_id", "=", self.company_id.id)])
        return found.sorted(lambda line: ids.index(line.id))

    def _describe_sources(self, lines):
        labels = {line: line._l10n_cl_ai_label(self.target) for line in lines}
        names = self._names(set(labels.values()), (self.target,))
        return [
            {
                "id": line.id,
                "move_id": line.move_id.id,
                "bill": line.move_id.name or "",
                "date": fields.Date.to_string(line.date),
                "supplier": line.partner_id.display_name or "",
                "text": line.name or "",
                "amount": abs(line.balance),
                "currency_id": line.company_currency_id.id,
                "booked": names.get((self.target, labels[line]), ""),
            }
            for line in lines
        ]
