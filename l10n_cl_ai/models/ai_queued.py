"""What waits for the AI in the background: buttons, server actions and posting only put it here and return."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate

from ..llm.question import Reason
from . import ai_base  # noqa: F401 - what it inherits is defined first, whoever imports this

_lt = LazyTranslate(__name__)

STATES = [
    ("queued", "Waiting"),
    ("running", "Under way"),
    ("done", "Done"),
    ("not_evaluated", "Not evaluated"),
    ("cancelled", "Cancelled"),
]
OPEN = ("queued", "running")
#: Type of the notification by which open screens learn that something moved.
NOTIFICATION = "l10n_cl_ai/queue"
#: Why nothing was evaluated, beside the gateway's reasons.
OWN_REASONS = {
    "abstained": _lt("The AI said that it cannot judge this with what it was given."),
    "no_access": _lt("Who asked may no longer read this record, or works no longer in its company."),
    "gone": _lt("The record was deleted, or is no tax document any more."),
    "worker_died": _lt("The work was interrupted several times. Ask again; the server's log may say why."),
    "internal": _lt("An error of ours kept it from being asked. The log says which; nothing else was affected."),
}


class NotAsked(Exception):
    """There is nothing to ask. :param reason: a word of ``OWN_REASONS`` of the model, or of the gateway"""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class AiQueued(models.AbstractModel):
    """Base of what is asked later, in the name and with the rights of who wanted it.

    A concrete model says what is asked (:meth:`_l10n_cl_ai_ask`) and writes what came of it
    (:meth:`_l10n_cl_ai_take`). Its rows are made by :meth:`_enqueue` and written by the queue only.
    """

    _name = "l10n_cl_ai.queued"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Question to the AI in the background"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="queued", index=True)
    reason = fields.Char(readonly=True, help="Why nothing was evaluated, in a word.")
    reason_message = fields.Char("Why", compute="_compute_reason_message")
    not_before = fields.Datetime(readonly=True, help="Waiting until then: too many questions, or a provider at rest.")
    lease_until = fields.Datetime(readonly=True, help="Whose worker has not ended by then counts as dead.")
    attempts = fields.Integer("Times taken up", readonly=True, default=0)
    deaths = fields.Integer("Times interrupted", readonly=True, default=0)
    batch_ref = fields.Integer(
        "Mass review",
        readonly=True,
        index="btree_not_null",
        aggregator=None,
        help="Id of the batch that asks it, in place of the queue.",
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    ledger_ref = fields.Integer(
        "Row of the ledger", readonly=True, aggregator=None, help="A plain id: the ledger outlives and is outlived."
    )
    cost = fields.Float("Cost (USD)", digits=(16, 6), readonly=True, aggregator="sum")

    @api.depends("reason", "state")
    @api.depends_context("lang")
    def _compute_reason_message(self):
        for record in self:
            record.reason_message = record._reason_words(record.reason) if record.reason else ""

    def _reason_words(self, reason):
        """Return a reason in words that say what to do."""
        if reason in set(Reason):
            return self.env["l10n_cl_ai.gateway"]._reason_message(reason)
        words = self._own_reasons().get(reason)
        return self.env._(words) if words else reason

    @api.model
    def _own_reasons(self):
        """Return {word: text} of the reasons that are this model's own."""
        return OWN_REASONS

    # -- hooks -----------------------------------------------------------------------------------------

    def _l10n_cl_ai_ask(self):
        """Return what to ask (``Ask``), read with the rights of who wanted it. Write nothing.

        :raise NotAsked: there is nothing to ask, and why
        """
        raise NotImplementedError

    def _l10n_cl_ai_reader(self):
        """Return the question whose answer has come, hours after it was asked: it has been paid for, and is only read.

        :raise NotAsked: nobody may read it any more, or it speaks of something that has changed
        """
        return self._l10n_cl_ai_ask()

    def _l10n_cl_ai_take(self, answer):
        """Write what came of it; called as root, in a transaction of its own, with ``state`` and ``reason`` set.

        :param answer: ``Answer`` of the gateway; None where it was not asked
        """
        raise NotImplementedError

    # -- actions ---------------------------------------------------------------------------------------

    def action_cancel(self):
        """Take back what is not answered yet. What is being asked just now is paid for, and not used."""
        self.check_access("read")
        if any(record.user_id != self.env.user for record in self) and not self._may_cancel_others():
            raise UserError(self.env._("Only who asked, or a manager of AI Chile, can cancel this."))
        # sudo: rows are written by methods only; the right was looked at above
        records = self.sudo()._locked().filtered(lambda record: record.state in OPEN and not record.batch_ref)
        records.write({"state": "cancelled", "finished_at": fields.Datetime.now(), "lease_until": False})
        records._tell()

    def _may_cancel_others(self):
        return self.env.user.has_group("l10n_cl_ai.group_manager")

    # -- queue -----------------------------------------------------------------------------------------

    @api.model
    def _enqueue(self, vals_list):
        """Put questions into the queue in the current user's name; they are asked after the commit.

        :param vals_list: values of the concrete model; company and user are the current ones unless given
        """
        own = {"company_id": self.env.company.id, "user_id": self.env.uid, "state": "queued"}
        # sudo: nobody writes rows by hand, or a clean review could be forged; whoever calls has looked at the rights
        records = self.sudo().create([{**own, **vals} for vals in vals_list])
        records._wake()
        return records.sudo(self.env.su)

    def _wake(self, at=None):
        """See that these are asked. :param at: UTC, not before; None: as soon as this transaction is committed"""
        # sudo: rows and jobs are the queue's; they ask in the name of each row's own user. A batch's are the batch's.
        waiting = self.sudo().filtered(lambda record: record.state in OPEN and not record.batch_ref)
        if not waiting:
            return
        if "queue.job" in self.env:
            for record in waiting:
                name = f"{record._name} {record.id}"
                record.with_delay(eta=at, description=name, identity_key=name)._run_job()
            return
        # sudo: ir.cron - waking it is no right of who puts something into the queue
        self.env.ref("l10n_cl_ai.cron_queue").sudo()._trigger(at)

    def _locked(self):
        """Return those of these that exist, locked. Waits for who is just writing them, which takes milliseconds.

        :raise SerializationFailure: they were written since this transaction began: begin it anew
        """
        rows = self.env.execute_query(
            SQL("SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(self._table), list(self.ids))
        )  # fmt: skip
        return self.browse([row_id for (row_id,) in rows])

    def _tell(self):
        """Tell the screens of who asked that these moved, once this is committed."""
        for user, records in self.grouped("user_id").items():
            user._bus_send(NOTIFICATION, {"model": self._name, "records": [record._notice() for record in records]})

    def _notice(self):
        """Return what open screens need to know: no content, for they read it with their own rights."""
        return {"id": self.id, "state": self.state}
