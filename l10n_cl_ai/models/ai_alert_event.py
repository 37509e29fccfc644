"""When an alert fired, what was measured, who was told, and when it was over."""

from datetime import timedelta

from odoo import api, fields, models

#: Days for which events are kept that are over, and how many are deleted at once.
KEPT_DAYS, _AT_ONCE = 400, 1000


class AiAlertEvent(models.Model):
    _name = "l10n_cl_ai.alert.event"
    _inherit = "l10n_cl_ai.evidence"
    _description = "AI Alert that fired"
    _order = "fired_at desc, id desc"
    _rec_name = "alert_id"

    alert_id = fields.Many2one("l10n_cl_ai.alert", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(related="alert_id.kind", string="Measures", store=True)
    fired_at = fields.Datetime("Fired on", required=True, readonly=True, index=True)
    cleared_at = fields.Datetime("Over on", readonly=True)
    value = fields.Float("Measured", readonly=True, aggregator=None)
    peak = fields.Float("Highest", readonly=True, aggregator=None)
    threshold = fields.Float("Limit", readonly=True, aggregator=None)
    samples = fields.Integer("Cases", readonly=True, aggregator=None)
    words = fields.Char("Of", readonly=True)
    value_words = fields.Char("Measured value", compute="_compute_words")
    told_at = fields.Datetime("Told on", readonly=True, help="Empty: it fired within the silence of the one before.")
    activity_user_ids = fields.Many2many(
        "res.users", "l10n_cl_ai_alert_event_activity_rel", string="Told by activity", readonly=True
    )
    email_user_ids = fields.Many2many(
        "res.users", "l10n_cl_ai_alert_event_email_rel", string="Told by e-mail", readonly=True
    )
    delivery_ids = fields.Many2many("l10n_cl_ai.webhook.delivery", string="Told to webhooks", readonly=True)

    _one_open = models.UniqueIndex("(alert_id) WHERE cleared_at IS NULL", "An alert fires once at a time.")

    @api.depends("value", "words", "alert_id.kind")
    @api.depends_context("lang")
    def _compute_words(self):
        for event in self:
            event.value_words = event.alert_id._value_words(event.peak or event.value, event.words)

    @api.autovacuum
    def _gc_events(self):
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        # sudo: time passes for all of them
        old = self.sudo().search([("cleared_at", "<", before)], order="id", limit=_AT_ONCE)
        old.unlink()
        return len(old), len(old) == _AT_ONCE
