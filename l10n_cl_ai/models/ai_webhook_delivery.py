"""What webhooks were told, or are yet to be told."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

STATES = [("queued", "Waiting"), ("sent", "Sent"), ("failed", "Not sent")]
#: Days for which deliveries are kept that are sent or given up, and how many are deleted at once.
KEPT_DAYS, _AT_ONCE = 90, 1000
REASONS = {
    "status": _lt("%(host)s answered %(status)s."),
    "gone": _lt("%(host)s answered 410: it wants no more of these."),
    "network": _lt("%(host)s is not on the public network: nothing is sent there."),
    "name": _lt("No address is known of %(host)s."),
    "certificate": _lt("%(host)s did not prove who it is (certificate)."),
    "connection": _lt("%(host)s could not be reached, or broke off."),
    "time": _lt("%(host)s did not answer in time."),
    "size": _lt("It has more bytes than are sent."),
    "secret": _lt("The secret to sign with cannot be read. Store it again, or mend the key of the server."),
    "off": _lt("The webhook was switched off."),
    "interrupted": _lt("The work was interrupted several times."),
    "internal": _lt("An error of ours kept it from being sent. The log says which."),
}
_OTHER = _lt("The address of the webhook is not one that may be used.")


class AiWebhookDelivery(models.Model):
    _name = "l10n_cl_ai.webhook.delivery"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Delivery to a Webhook"
    _order = "id desc"
    _rec_name = "event"

    webhook_id = fields.Many2one("l10n_cl_ai.webhook", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    event = fields.Char(required=True, readonly=True)
    ident = fields.Char("Identity", required=True, readonly=True, help="The same however often it is sent.")
    body = fields.Text("What is sent", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    attempts = fields.Integer(readonly=True, aggregator=None)
    next_at = fields.Datetime("Next attempt", readonly=True)
    lease_until = fields.Datetime(readonly=True, help="Whose worker has not ended by then counts as dead.")
    reason = fields.Char(readonly=True, help="Why it was not sent, in a word.")
    last_status = fields.Integer("Last status", readonly=True, aggregator=None, help="Of HTTP; 0: none came.")
    message = fields.Char("Why", compute="_compute_message")
    finished_at = fields.Datetime("Sent or given up on", readonly=True)

    _waiting_idx = models.Index("(next_at, id) WHERE state = 'queued'")
    _webhook_failed_idx = models.Index("(webhook_id) WHERE state = 'failed'")
    _ident_uniq = models.UniqueIndex("(ident)", "There is one delivery of each identity.")

    @api.depends("reason", "last_status", "webhook_id.url")
    @api.depends_context("lang")
    def _compute_message(self):
        for delivery in self:
            template = self.env._(REASONS.get(delivery.reason, _OTHER))
            values = {"host": delivery.webhook_id._host(), "status": delivery.last_status}
            delivery.message = template % values if delivery.reason else False

    # -- actions ---------------------------------------------------------------------------------------

    def action_retry(self):
        """Send again, from the first attempt on, what was given up."""
        self.check_access("read")
        if not self.env.user.has_groups("l10n_cl_ai.group_manager,base.group_system"):
            raise AccessError(self.env._("Only a manager of AI Chile or an administrator sends it again."))
        # sudo: deliveries are written by methods alone; the right was looked at above
        failed = self.sudo().filtered(lambda delivery: delivery.state == "failed" and delivery.body)
        failed.write({"state": "queued", "attempts": 0, "next_at": fields.Datetime.now(), "lease_until": False,
                      "finished_at": False})  # fmt: skip
        if failed:
            failed._wake(None)

    # -- business --------------------------------------------------------------------------------------

    def _wake(self, at):
        """See that these are sent. :param at: UTC, not before; None: as soon as this transaction is committed"""
        # sudo: ir.cron - to wake it is all that is done
        self.env.ref("l10n_cl_ai.cron_webhook").sudo()._trigger(at)

    @api.autovacuum
    def _gc_deliveries(self):
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        # sudo: time passes for all of them
        old = self.sudo().search(
            [("create_date", "<", before), ("state", "!=", "queued")], order="id", limit=_AT_ONCE
        )
        old.unlink()
        return len(old), len(old) == _AT_ONCE
