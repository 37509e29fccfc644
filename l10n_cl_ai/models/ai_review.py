"""One review of one document by the AI, on top of what the rules found."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, LazyTranslate

from .. import review
from ..dte.rule import Action
from .ai_queued import OPEN, NotAsked
from .kept import STAY, Keeping

_lt = LazyTranslate(__name__)

TRIGGERS = [
    ("button", "Asked by hand"),
    ("action", "Server action"),
    ("posting", "On posting"),
    ("batch", "Mass review"),
    ("api", "HTTP API"),
]
RECOMMENDATIONS = [
    ("send", "Send"),
    ("review", "Look at it first"),
    ("reject", "Do not send"),
    ("not_evaluated", "Not evaluated"),
]
SIGNALS = [
    ("rules_failed", "The rules could not be run"),
    ("rules_block", "Rules block"),
    ("rules_warn", "Rules warn"),
    ("ai_warn", "The AI warns"),
    ("unanswered", "The AI did not answer"),
    ("vouched", "History vouches"),
    ("clean", "Nothing found"),
]
#: Documents that are put into the queue by the same queries.
TOGETHER = 100
OWN_REASONS = {
    "nothing_to_add": _lt(
        "Not asked: the rules found nothing, and every line went well before with this customer. Ask by hand if you "
        "want it read all the same."
    ),
    "rules_first": _lt("Not asked: the rules block this document. Mend it first; it would be another one then."),
    "changed": _lt("The document was changed while it waited. Review it again."),
}


class AiReview(models.Model):
    """Written by the queue and never by hand. What it says holds for the document as its ``digest`` names it."""

    _name = "l10n_cl_ai.review"
    _inherit = "l10n_cl_ai.queued"
    _description = "Review of a DTE by the AI"
    _order = "id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "reviews", _lt("Reviews by the AI that a newer one of the document has replaced"), days=1095,
            date="finished_at", ended="_replaced", why=_lt("What the AI said of a document, and whether it was right."),
            users=("user_id", "looked_by"), partners=("partner_id", "move_id.partner_id"),
            personal=("display_name", "recommendation", "confidence", "finished_at"),
            processing=("dte_review",), erase=STAY,
            law=_lt(
                "The last review belongs to a tax document, which is kept for six years (Tax Code, arts. 17 and 200); "
                "what names the person in its remarks is struck out."
            ),
        ),
    )  # fmt: skip
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", "Document", required=True, readonly=True, ondelete="cascade", index=True, check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner", related="move_id.commercial_partner_id", string="Partner", store=True, readonly=True
    )
    document_type = fields.Char("DTE type", related="move_id.l10n_latam_document_type_id.code", store=True)
    validation_id = fields.Many2one(
        "l10n_cl_ai.validation", "Rules", readonly=True, ondelete="set null", index="btree_not_null"
    )
    digest = fields.Char(readonly=True, help="SHA-256 of what could be sent of the document when it was put here.")
    trigger = fields.Selection(TRIGGERS, required=True, readonly=True, default="button")
    forced = fields.Boolean(readonly=True, help="Asked by hand: also where nothing seems to be added by it.")
    finding_ids = fields.One2many("l10n_cl_ai.review.finding", "review_id", "Remarks", readonly=True)
    finding_count = fields.Integer("Number of remarks", readonly=True)
    warning_count = fields.Integer("Warnings", readonly=True)
    left_out = fields.Json(readonly=True, help="Parts of the document that did not fit into the question.")
    signal = fields.Selection(SIGNALS, readonly=True)
    recommendation = fields.Selection(RECOMMENDATIONS, readonly=True)
    confidence = fields.Integer(
        "Confidence (%)",
        readonly=True,
        aggregator="avg",
        help="Chance that the document goes through without reject, reparo or claim, from rules, AI, the customer's "
        "history and the outcomes recorded so far.",
    )
    looked_by = fields.Many2one("res.users", "Looked at by", readonly=True, ondelete="set null")
    looked_at = fields.Datetime("Looked at on", readonly=True)
    holds = fields.Boolean(compute="_compute_holds", help="The document is still as it was reviewed.")

    @api.depends("move_id", "state")
    def _compute_display_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            # sudo: who reads reviews may have no right on documents; their names are in the review's own list
            record.display_name = f"{record.sudo().move_id.display_name} · {labels.get(record.state, '')}"

    @api.depends("digest", "move_id.l10n_cl_ai_state")
    def _compute_holds(self):
        # sudo: who reads reviews may have no right on documents
        digests = self.sudo().move_id._l10n_cl_ai_review_digests()
        for record in self:
            record.holds = bool(record.digest) and digests.get(record.move_id._origin.id) == record.digest

    # -- actions ---------------------------------------------------------------------------------------

    def action_look(self):
        """Say that a manager has looked at the AI's warnings; posting may then go on."""
        if not self.env.user.has_group("l10n_cl_ai.group_manager"):
            raise AccessError(self.env._("Only a manager of AI Chile can say that the warnings were looked at."))
        self.check_access("read")
        # sudo: reviews are written by methods only; the right was looked at above
        records = self.sudo()
        # Not what is still to be answered: nobody can have looked at that. And the first look is kept.
        seen = records._warning() | records.move_id.l10n_cl_ai_review_ids._unseen()
        seen.write({"looked_by": self.env.uid, "looked_at": fields.Datetime.now()})
        for move in self.move_id & seen.move_id:
            text = self.env._("%(user)s has looked at the warnings of the AI.", user=self.env.user.name)
            move._message_log(body=text)

    def action_open_document(self):
        """Open the document that was reviewed."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": "account.move", "res_id": self.move_id.id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    # -- queue -----------------------------------------------------------------------------------------

    @api.model
    def _own_reasons(self):
        return {**super()._own_reasons(), **OWN_REASONS}

    def _notice(self):
        return {**super()._notice(), "move": self.move_id.id}

    def _l10n_cl_ai_ask(self):
        move = self.move_id
        if not move.exists() or not move.l10n_cl_ai_applies:
            raise NotAsked("gone")
        move.check_access("read")
        return self.env["l10n_cl_ai.review.handler"]._question(move, self.digest, self.forced)

    def _l10n_cl_ai_reader(self):
        move = self.move_id
        move.check_access("read")
        return self.env["l10n_cl_ai.review.handler"]._question(move, self.digest, forced=True)

    def _l10n_cl_ai_take(self, answer):
        remarks = answer.value if answer is not None and answer.evaluated and not answer.abstained else None
        if remarks:
            self.env["l10n_cl_ai.review.finding"]._record(self, remarks)
        self._judge(remarks)
        if remarks is not None:
            self._schedule_look()

    def _judge(self, remarks):
        """Write recommendation and confidence. :param remarks: of the AI; None where it did not answer"""
        signals = {record.move_id: record._signal(remarks) for record in self}
        verdicts = self.env["l10n_cl_ai.review.calibration"]._verdicts(signals)
        for record in self:
            verdict = verdicts[record.move_id]
            record.write(
                {
                    "signal": verdict.signal.value,
                    "recommendation": verdict.recommendation.value,
                    "confidence": verdict.confidence or 0,
                    "finding_count": len(remarks or ()),
                    "warning_count": sum(remark.action is Action.WARN for remark in remarks or ()),
                    "left_out": remarks is not None and record._left_out(),
                }
            )

    def _signal(self, remarks):
        check = self.validation_id
        worst = {"block": Action.BLOCK, "warn": Action.WARN, "info": Action.INFO}.get(check.verdict)
        failed = not check or check.verdict == "error"
        return review.signal_of(worst, remarks, vouched=self.reason == "nothing_to_add", failed=failed)

    def _left_out(self):
        picture = self._pictured()[1]
        return list(picture.left_out) if picture and picture.left_out else False

    def _pictured(self):
        """Return document and picture as they were asked about; (None, None) where the document has changed since."""
        documents = self.move_id._l10n_cl_ai_documents() if self.move_id.l10n_cl_ai_applies else []
        pictures = self.env["l10n_cl_ai.review.handler"]._pictures(documents)
        same = [pair for pair in zip(documents, pictures, strict=True) if pair[1].digest == self.digest]
        return same[0] if same else (None, None)

    def _schedule_look(self):
        """Call who answers for the document to warnings, where the company wants it; one call a document."""
        if not self.warning_count or not self.company_id.l10n_cl_ai_review_activity:
            return
        move, kind = self.move_id, "mail.mail_activity_data_todo"
        user = move.invoice_user_id
        if not user.active or not move.with_user(user).has_access("read"):
            user = self.user_id
        summary = self.with_context(lang=user.lang).env._("The AI warns about this document")
        if not move.activity_search([kind], user_id=user.id, additional_domain=[("summary", "=", summary)]):
            # A person's change of a document Odoo made by itself is marked as such; this is none.
            move.with_context(skip_is_manually_modified=True).activity_schedule(
                kind, summary=summary, user_id=user.id
            )

    # -- retention -------------------------------------------------------------------------------------

    @api.model
    def _replaced(self):
        """Return the domain of reviews that nothing rests on: neither the newest of a document, nor its last answer."""
        newest = SQL(
            """
            (SELECT unnest(ARRAY[max(id), max(id) FILTER (WHERE state = 'done')])
               FROM l10n_cl_ai_review GROUP BY move_id)
            """
        )
        rows = [row_id for (row_id,) in self.env.execute_query(newest) if row_id]
        return fields.Domain("state", "not in", OPEN) & fields.Domain("id", "not in", rows)

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _request(self, moves, trigger, forced=False, batch_ref=0):
        """Queue reviews of these checked documents in the user's name; return the rows that wait or stand.

        A document that waits already, or was reviewed as it is now, is not asked again unless ``forced``.

        :param batch_ref: id of the batch that is to ask them, in place of the queue
        """
        common = {"trigger": trigger, "forced": forced, "batch_ref": batch_ref}
        # What is judged together is no part of each other's history: of all at once there would be none left.
        parts = (moves[at : at + TOGETHER] for at in range(0, len(moves), TOGETHER))
        return self.browse([row_id for part in parts for row_id in self._request_some(part, common).ids])

    @api.model
    def _request_some(self, moves, common):
        forced, trigger = common["forced"], common["trigger"]
        digests = moves._l10n_cl_ai_review_digests()
        standing = self._standing(moves, digests, forced)
        fresh = moves.filtered(lambda move: move not in standing)
        vals_list = self._prepare_own_vals(fresh, digests, needful=forced or trigger == "posting")
        records = self._enqueue([{**common, **vals} for vals in vals_list])
        records.sudo().filtered(lambda one: one.state == "not_evaluated")._judge(None)  # sudo: rows just made
        return records | self.browse([row.id for row in standing.values()])

    @api.model
    def _prepare_own_vals(self, moves, digests, needful):
        """Return the values of each document's row. What the AI can add nothing to is closed here, by the hundred.

        :param needful: leave that to the queue: it is asked in any case, or posting waits
        """
        feature = self.env["l10n_cl_ai.feature"]
        on = {company: feature._for("dte_review", company) for company in moves.company_id}
        some = moves.browse() if needful else moves.filtered(lambda move: on[move.company_id] and digests.get(move.id))
        needless = self.env["l10n_cl_ai.review.handler"]._sorted_out(some)
        values = []
        for move in moves:
            why = needless.get(move.id) if on[move.company_id] else "disabled"
            closed = {"state": "not_evaluated", "reason": why, "finished_at": fields.Datetime.now()} if why else {}
            check = move.sudo().l10n_cl_ai_validation_id  # sudo: the check of a document that he may read
            own = {"move_id": move.id, "validation_id": check.id, "digest": digests.get(move.id)}
            values.append({**own, "company_id": move.company_id.id, **closed})
        return values

    @api.model
    def _standing(self, moves, digests, forced):
        """Return {move: review} of those that need no other."""
        # sudo: reviews of one's documents, whoever asked for them
        rows = self.sudo().search([("move_id", "in", moves.ids), ("state", "in", (*OPEN, "done"))])
        standing = {}
        for row in rows:
            same = row.digest and row.digest == digests.get(row.move_id.id)
            if same and (row.state in OPEN or not forced):
                standing.setdefault(row.move_id.id, row)
        return {move: standing[move.id] for move in moves if move.id in standing}
