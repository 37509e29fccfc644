"""Addresses of others that are told what happens here."""

import json
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import LazyTranslate

from ..llm.vault import hint
from ..sii.address import Place, Unreadable, host_of
from ..sii.fetch import MOST_SENT
from ..watch import webhook as wire
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_webhook_secret import sealed

_lt = LazyTranslate(__name__)

#: Made by the button, sent whatever the webhook is told otherwise.
TEST = "test"
#: Why an address can't be one of a webhook, by the word of the guard.
FLAWS = {
    "scheme": _lt("The address begins with https://: nothing is sent in the clear."),
    "port": _lt("The address has no port of its own: only 443 is used."),
    "host": _lt("The address names its host by its name, not by a number."),
    "address": _lt("That is no address, or one with a user or with letters that no address has."),
}


class AiWebhook(models.Model):
    """An administrator of the system sets them: by that, their hosts may be reached, and no others."""

    _name = "l10n_cl_ai.webhook"
    _inherit = ["mail.thread", "l10n_cl_ai.guarded"]
    _description = "Webhook"
    _order = "company_id, name, id"

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    url = fields.Char("Address", required=True, tracking=True, help="Begins with https://.")
    active = fields.Boolean(default=True, tracking=True)
    # One field an event, named after it: an addon adds both by adding a field.
    event_alert_fired = fields.Boolean("An alert fires", default=True, tracking=True)
    event_alert_cleared = fields.Boolean("An alert is over", default=True, tracking=True)
    event_sii_notice = fields.Boolean("News of the SII", tracking=True)
    secret = fields.Char(
        "Secret to sign with",
        compute="_compute_secret",
        inverse="_inverse_secret",
        groups="base.group_system",
        copy=False,
        help="Each delivery is signed with it (HMAC-SHA256), so that the receiver knows that it is ours. It is kept "
        "sealed and never shown again.",
    )
    secret_hint = fields.Char("Signed with", readonly=True, copy=False)
    ciphertext = fields.Text(readonly=True, copy=False, groups=NO_ACCESS)
    delivery_ids = fields.One2many("l10n_cl_ai.webhook.delivery", "webhook_id", "Deliveries", readonly=True)
    failed_count = fields.Integer("Failed", compute="_compute_failed_count")

    @api.constrains("url")
    def _check_url(self):
        for webhook in self:
            try:
                webhook._place()
            except Unreadable as problem:
                raise ValidationError(self.env._(FLAWS.get(problem.reason, FLAWS["address"]))) from None

    # -- computes --------------------------------------------------------------------------------------

    def _compute_secret(self):
        self.secret = False

    def _inverse_secret(self):
        """Seal what was typed; an empty field changes nothing, for it is always shown empty."""
        for webhook in self.filtered("secret"):
            value = webhook.secret.strip()
            if len(value) < wire.SHORTEST:
                raise UserError(self.env._("A secret has at least %(count)s letters.", count=wire.SHORTEST))
            # sudo: nobody may read or write what is sealed; who may write the webhook may set its secret
            webhook.sudo().write({"ciphertext": sealed(webhook, value), "secret_hint": hint(value)})

    def _compute_failed_count(self):
        groups = self.env["l10n_cl_ai.webhook.delivery"]._read_group(
            [("webhook_id", "in", self.ids), ("state", "=", "failed")], ["webhook_id"], ["__count"]
        )
        counts = {webhook.id: count for webhook, count in groups}
        for webhook in self:
            webhook.failed_count = counts.get(webhook.id, 0)

    # -- CRUD ------------------------------------------------------------------------------------------

    def write(self, vals):
        if "company_id" in vals and any(webhook.company_id.id != vals["company_id"] for webhook in self):
            # Rights were looked at for the company it has, not for the one it would get.
            raise UserError(self.env._("A webhook stays with its company: make another."))
        # Where things are told is said in the record's history, whatever the context asks for.
        said = self if self.env.su else self.with_context(tracking_disable=False, mail_notrack=False)
        return super(AiWebhook, said).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        # What it was told would go with it.
        for company in self.filtered("delivery_ids").company_id:
            self.env["l10n_cl_ai.hold"]._check_free(company)

    # -- actions ---------------------------------------------------------------------------------------

    def action_test(self):
        """Queue a delivery that says nothing but that it is a test, and show it."""
        self.ensure_one()
        self.check_access("read")
        delivery = self._deliver(TEST, {"message": self.env._("A test of Odoo.")})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test of a webhook"),
            "res_model": delivery._name,
            "res_id": delivery.id,
            "views": [[False, "form"]],
        }

    def action_forget_secret(self):
        """Send unsigned from now on."""
        self.check_access("write")
        # sudo: nobody may write what is sealed; the right on the webhook was looked at
        self.sudo().write({"ciphertext": False, "secret_hint": False})

    def action_deliveries(self):
        """Show what was sent, and what was not."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_webhook_delivery_action")
        return {**action, "domain": [("webhook_id", "=", self.id)], "context": {}}

    # -- business --------------------------------------------------------------------------------------

    @api.model
    def _queue(self, company, event, payload):
        """Tell a company's webhooks of an event, once this transaction is committed.

        :param event: ``alert.fired``, ``alert.cleared``, ``sii.notice``, or another for which there is a field
        :param payload: what JSON can say
        :return: the deliveries (one for each webhook; none where the company has no webhook for this event)
        :raises ValueError: there is no such event, or the payload is nothing that JSON can say
        """
        field = f"event_{event.replace('.', '_')}"
        if field not in self._fields:
            raise ValueError(f"no webhook is told of {event!r}")
        try:
            json.dumps(payload, allow_nan=False)  # whether there is a webhook or not
        except TypeError as problem:
            raise ValueError(str(problem)) from None
        # sudo: events come about in the name of anybody; the company is the caller's
        webhooks = self.sudo().search(Domain("company_id", "=", company.id) & Domain(field, "=", True))
        deliveries = self.env["l10n_cl_ai.webhook.delivery"].sudo()
        for webhook in webhooks:
            deliveries += webhook._deliver(event, payload)
        return deliveries.sudo(self.env.su)

    def _deliver(self, event, payload):
        """Queue one delivery to this webhook."""
        self.ensure_one()
        # sudo: deliveries are made here alone
        deliveries = self.env["l10n_cl_ai.webhook.delivery"].sudo()
        ident, now = str(uuid.uuid4()), fields.Datetime.now()
        values = {"webhook_id": self.id, "company_id": self.company_id.id, "event": event, "ident": ident}
        company = {"id": self.company_id.id, "name": self.company_id.name, "vat": self.company_id.vat or ""}
        # Not due before it has its body, whatever a caller swallows.
        delivery = deliveries.create({**values, "state": "queued", "next_at": False})
        try:
            # Its id is its place in the order: ids are given as things come about, also by several at a time.
            body = wire.body(ident, event, f"{now.isoformat()}Z", delivery.id, company, payload, MOST_SENT)
        except wire.Oversized:
            delivery.write({"state": "failed", "reason": "size", "next_at": False})
            return delivery
        delivery.write({"body": body, "next_at": now})
        delivery._wake(None)
        return delivery.sudo(self.env.su)

    def _place(self):
        """Return where it is (``sii.address.Place``): its own host alone. :raises Unreadable: nothing may be there"""
        return Place((self.url or "").strip(), {self._host()})

    def _host(self):
        """Return the host that its administrator allowed by naming it."""
        return host_of((self.url or "").strip())
