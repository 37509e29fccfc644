"""What the managers want to be told of: cost, errors, latency, limits, work that waits."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ..watch.alert import Kind, Limits, Memory
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_usd import CompanyMoney

KINDS = [
    ("cost_day", "Cost of a day (USD)"),
    ("errors_hour", "Errors in an hour"),
    ("latency_p95", "Slow answers: 95th percentile of an hour (ms)"),
    ("limits_hour", "Limits hit in an hour"),
    ("requests_hour", "Questions in an hour"),
    ("retiring_model", "Models in use that end soon"),
    ("stuck_queue", "Work that waits too long (minutes)"),
    ("breaker", "Provider at rest after faults (minutes)"),
    ("unconfirmed", "Cost not confirmed, of a day (USD)"),
]
_FIRST = {
    "cost_day": Kind("usd", 100, 100),
    "errors_hour": Kind("count", 10, 5),
    "latency_p95": Kind("ms", 5000, 4000, samples=20),
    "limits_hour": Kind("count", 20, 5),
    "requests_hour": Kind("count", 1000, 800),
    # The managers have an activity on the model itself (ai_model_lifecycle).
    "retiring_model": Kind("count", 1, 1, silence=1440, activity=False),
    "stuck_queue": Kind("minutes", 30, 10),
    "breaker": Kind("minutes", 10, 1),
    "unconfirmed": Kind("usd", 1, 1, silence=1440),
}
STATES = [("quiet", "Quiet"), ("waiting", "Above, not for long enough yet"), ("firing", "Firing")]
#: The same in every language.
_UNITS = {"ms": "\N{NO-BREAK SPACE}ms", "minutes": "\N{NO-BREAK SPACE}min", "count": ""}
#: Measures are no changes that somebody made; and whoever is told by an activity gets no e-mail by that.
QUIETLY = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_activity_quick_update": True}


class AiAlert(models.Model):
    """One measure of one company, with its limits, and who is told.

    Another addon adds a kind: to the selection of ``kind``, to :meth:`_kinds`, and a method ``_measure_<kind>``
    (see :mod:`.ai_alert_measures`).
    """

    _name = "l10n_cl_ai.alert"
    _inherit = ["mail.thread", "mail.activity.mixin", "l10n_cl_ai.guarded"]
    _description = "AI Alert"
    _order = "company_id, sequence, id"

    name = fields.Char(help="Empty: what it measures.", tracking=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "Measures", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    active = fields.Boolean(default=True, tracking=True)
    threshold = fields.Float("Fires at", required=True, tracking=True, aggregator=None)
    clear_threshold = fields.Float(
        "Over below", required=True, tracking=True, aggregator=None, help="At most as high as where it fires."
    )
    minutes = fields.Integer(
        "For minutes", tracking=True, aggregator=None, help="How long it must stay above before it fires."
    )
    silence = fields.Integer(
        "Silence (minutes)",
        default=60,
        tracking=True,
        aggregator=None,
        help="After it was told it is not told again for so long, however often it comes and goes. What still stands "
        "then is told.",
    )
    samples = fields.Integer(
        "From so many on", tracking=True, aggregator=None, help="With fewer cases there is nothing to judge by."
    )
    # -- who is told
    by_activity = fields.Boolean("Activity", default=True, tracking=True)
    by_email = fields.Boolean("E-mail", tracking=True)
    by_webhook = fields.Boolean("Webhook", default=True, tracking=True, help="Those of the company that want alerts.")
    user_ids = fields.Many2many("res.users", string="People", domain=[("share", "=", False)], tracking=True)
    group_id = fields.Many2one(
        "res.groups",
        tracking=True,
        help="All of this group who work in the company. With neither people nor a group: the managers of AI Chile.",
    )
    # -- what was found
    state = fields.Selection(STATES, required=True, readonly=True, default="quiet", copy=False)
    value = fields.Float("Measured", readonly=True, copy=False, aggregator=None)
    value_samples = fields.Integer("Cases", readonly=True, copy=False, aggregator=None)
    value_words = fields.Char("Measured value", compute="_compute_words")
    limit_words = fields.Char("Limit", compute="_compute_words")
    words = fields.Char("Of", readonly=True, copy=False)
    measured_at = fields.Datetime("Measured on", readonly=True, copy=False)
    since = fields.Datetime("Above since", readonly=True, copy=False)
    told = fields.Boolean(readonly=True, copy=False)
    told_at = fields.Datetime("Last told on", readonly=True, copy=False)
    silenced_until = fields.Datetime(
        readonly=True, copy=False, help="Until then nobody is told. What still stands then is told."
    )
    silenced_by = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    problem_since = fields.Datetime(
        "Not measured since", readonly=True, copy=False, help="It could not be measured; the log says why."
    )
    event_ids = fields.One2many("l10n_cl_ai.alert.event", "alert_id", "When it fired", readonly=True)

    _fires_above = models.Constraint("CHECK (threshold > 0)", "An alert fires at more than 0.")
    _over_below = models.Constraint(
        "CHECK (clear_threshold > 0 AND clear_threshold <= threshold)",
        "An alert is over below a value between 0 and where it fires.",
    )
    _not_negative = models.Constraint(
        "CHECK (minutes >= 0 AND silence >= 0 AND samples >= 0)", "Minutes and cases are not negative."
    )
    _kind_idx = models.Index("(kind, company_id) WHERE active")

    @api.constrains("threshold", "clear_threshold")
    def _check_limits(self):
        """Say what the database would, before it does, and with the figures: its own words begin in English."""
        for alert in self:
            if alert.threshold <= 0:
                raise ValidationError(self.env._("An alert fires at more than 0."))
            if not 0 < alert.clear_threshold <= alert.threshold:
                raise ValidationError(
                    self.env._("An alert that fires at %(high)s is over below a value between 0 and that: %(low)s is "
                               "none.", high=alert._in_unit(alert.threshold),
                               low=alert._in_unit(alert.clear_threshold))
                )  # fmt: skip

    @api.constrains("user_ids", "company_id")
    def _check_users(self):
        for alert in self:
            for user in alert.user_ids:
                # sudo: res.users - in which companies somebody works, to say whom he cannot be told of
                if alert.company_id not in user.sudo().company_ids:
                    raise ValidationError(
                        self.env._("%(user)s does not work in %(company)s.",
                                   user=user.name, company=alert.company_id.name)
                    )  # fmt: skip

    # -- computes --------------------------------------------------------------------------------------

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for alert in self:
            alert.display_name = alert.name or alert._kind_name()

    @api.depends("value", "words", "threshold", "kind", "measured_at")
    @api.depends_context("lang")
    def _compute_words(self):
        for alert in self:
            alert.value_words = alert._value_words(alert.value, alert.words) if alert.measured_at else False
            alert.limit_words = alert._in_unit(alert.threshold) if alert.kind else False

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind:
            self.update(self._first_values(self.kind))

    # -- CRUD ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Make alerts; what is not said is as it is at first for their kind."""
        return super().create([{**self._first_values(vals.get("kind")), **vals} for vals in vals_list])

    def write(self, vals):
        fixed = {"company_id": "company_id.id", "kind": "kind"}
        if any(set(self.mapped(path)) - {vals[name]} for name, path in fixed.items() if name in vals):
            # Rights were looked at for the company it has; its events speak of what it measures.
            raise UserError(self.env._("An alert stays with its company and its measure: make another."))
        # What is set otherwise is said in the record's history, whatever the context asks for.
        said = self if self.env.su else self.with_context(tracking_disable=False, mail_notrack=False)
        result = super(AiAlert, said).write(vals)
        if vals.get("active") is False:
            # sudo: l10n_cl_ai.alert - what follows is written by the code alone; the right was looked at above
            self.sudo()._stop()
        return result

    # -- business --------------------------------------------------------------------------------------

    @api.model
    def _kinds(self):
        """Return {kind: what it is and its first limits (``watch.alert.Kind``)}; another addon adds its own."""
        return dict(_FIRST)

    @api.model
    def _first_values(self, kind):
        first = self._kinds().get(kind)
        if not first:
            return {}
        return {
            "threshold": first.threshold,
            "clear_threshold": first.clear,
            "minutes": first.minutes,
            "silence": first.silence,
            "samples": first.samples,
            "by_activity": first.activity,
        }

    @api.model
    def _create_defaults(self, companies=None):
        """Give companies one alert of each kind that they never had one of. :param companies: all where None"""
        # sudo: res.company, l10n_cl_ai.alert - who makes a company makes its alerts, without rights on alerts
        alerts = self.sudo().with_context(active_test=False, **QUIETLY)
        domain = [("id", "in", companies.ids)] if companies is not None else []
        known = set(alerts._read_group([], ["company_id", "kind"]))
        return alerts.create(
            [
                {"company_id": company.id, "kind": kind, "sequence": 10 * number}
                for company in alerts.env["res.company"].search(domain)
                for number, kind in enumerate(self._kinds(), 1)
                if (company, kind) not in known
            ]
        )

    def _kind_name(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")

    def _in_unit(self, value):
        """Return a value in words."""
        unit = self._kinds()[self.kind].unit
        if unit == "usd":
            return CompanyMoney(self.env).dollars(value)
        return formatLang(self.env, value, digits=0) + _UNITS[unit]

    def _value_words(self, value, words):
        """Return what was measured in words, with what it speaks of."""
        if not self.kind:
            return False
        shown = self._shown(words)
        return f"{self._in_unit(value)} · {shown}" if shown else self._in_unit(value)

    def _shown(self, words):
        """Return what a measure speaks of, as people read it: names of our models in their language."""
        # sudo: ir.model - names only
        names = self.env["ir.model"].sudo()
        parts = (words or "").split(", ")
        return ", ".join(names._get(part).name if part in self.env else part for part in parts)

    def _limits(self):
        self.ensure_one()
        return Limits(self.threshold, self.clear_threshold, self.minutes, self.silence, self.samples)

    def _memory(self):
        self.ensure_one()
        return Memory(self.state == "firing", self.since or None, self.told, self.told_at or None,
                      self.silenced_until or None)  # fmt: skip
