import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from .kept import STRIKE, Keeping

_lt = LazyTranslate(__name__)


class Correction(models.Model):
    """What was changed to mend a finding, so that it can be seen and taken back.

    Users may only read: rows are written by the corrections themselves, after the change was made
    with the user's own rights.
    """

    _name = "l10n_cl_ai.correction"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Correction of a document"
    _order = "id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "corrections", _lt("Corrections of documents"), days=0,
            why=_lt("What was changed, so that it can be taken back."), partners=("move_id.partner_id",),
            users=("user_id",), texts=("summary", "before", "after"), record=("res_model", "res_id"),
            personal=("summary", "before", "after", "state"),
            processing=("dte_check",), erase=STRIKE,
        ),
    )  # fmt: skip
    _check_company_auto = True

    finding_id = fields.Many2one(
        "l10n_cl_ai.finding", ondelete="set null", readonly=True, index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", string="Document", required=True, ondelete="cascade", readonly=True, index=True,
        check_company=True,
    )  # fmt: skip
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    rule_code = fields.Char(readonly=True)
    fix = fields.Char(string="Correction", required=True, readonly=True)
    summary = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True, readonly=True)
    before = fields.Json("Values before", readonly=True)
    after = fields.Json("Values after", readonly=True)
    before_text = fields.Text(string="Before", compute="_compute_texts")
    after_text = fields.Text(string="After", compute="_compute_texts")
    state = fields.Selection(
        [("applied", "Applied"), ("undone", "Undone")], required=True, default="applied", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Corrected by", required=True, readonly=True)

    @api.depends("before", "after", "res_model", "res_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for correction in self:
            correction.before_text = correction._in_words(correction.before)
            correction.after_text = correction._in_words(correction.after)

    @api.depends("summary", "rule_code")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = f"{correction.rule_code or ''} {correction.summary}".strip()

    # -- actions -------------------------------------------------------------------------------------

    def action_undo(self):
        """Put the record back as it was before, exactly; refuse when somebody changed it since."""
        self.ensure_one()
        fix = self.env["l10n_cl_ai.fix"]
        fix._check_user()
        record = self._target()
        record.check_access("write")
        self._check_untouched(record)
        record.write(self._to_write(record))
        fix._after(self.fix, record, self.move_id)
        if fix._snapshot(record, list(self.before)) != self.before:
            raise UserError(
                self.env._(
                    "Odoo did not let this correction be undone exactly; nothing was changed. Undo by hand."
                )
            )
        # sudo: nobody may write the log by hand; the change itself was made with the user's own rights.
        self.sudo().state = "undone"
        self._log(undone=True)
        self.move_id._l10n_cl_ai_check()
        return fix._done(self.env._("Correction undone: %(what)s", what=self.summary))

    # -- business ------------------------------------------------------------------------------------

    @api.model
    def _record(self, finding, plan, before, after):
        """Write down a change that was just made, here and in the document's chatter."""
        # sudo: as in action_undo; what is logged is what was just done.
        correction = self.sudo().create(
            {
                "finding_id": finding.id,
                "move_id": finding.move_id.id,
                "company_id": finding.company_id.id,
                "rule_code": finding.rule_code,
                "fix": finding.fix,
                "summary": plan.summary,
                "res_model": plan.record._name,
                "res_id": plan.record.id,
                "before": before,
                "after": after,
                "user_id": self.env.uid,
                "state": "applied",  # users may keep defaults of their own
            }
        )
        correction = correction.with_env(self.env)
        correction._log()
        return correction

    def _target(self):
        """Return the changed record in the user's environment, or say that it is gone."""
        record = self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else None
        if not record:
            raise UserError(self.env._("The record that was corrected no longer exists."))
        return record

    def _check_untouched(self, record):
        """Refuse to undo twice, over somebody's later change, or on a posted document."""
        if self.state == "undone":
            raise UserError(self.env._("This correction was undone already."))
        fix = self.env["l10n_cl_ai.fix"]
        fix._check_open(record, self.before, self.move_id)
        now = fix._snapshot(record, list(self.after))
        if now != self.after:
            raise UserError(
                self.env._(
                    "“%(record)s” has been changed since (%(now)s), so it can't be put back by a click.",
                    record=record.display_name,
                    now=self._in_words(
                        {name: value for name, value in now.items() if value != self.after[name]}
                    ),
                )
            )

    def _to_write(self, record):
        """Return the values to restore; what did not change stays out of the write."""
        return {name: value for name, value in self.before.items() if value != self.after.get(name)}

    def _log(self, undone=False):
        """Post before and after in the document's chatter."""
        self.ensure_one()
        before, after = (self.after, self.before) if undone else (self.before, self.after)
        if undone:
            title = self.env._("Correction undone: %(what)s", what=self.summary)
        else:
            title = self.env._("Corrected: %(what)s", what=self.summary)
        rows = Markup().join(
            Markup("<li>%s: <s>%s</s> → <b>%s</b></li>") % row for row in self._changes(before, after)
        )
        where = self.env[self.res_model].browse(self.res_id).display_name
        body = Markup("<p>%s</p><p>%s</p><ul>%s</ul>") % (title, where, rows)
        self.move_id.message_post(body=body, subtype_xmlid="mail.mt_note")

    def _changes(self, before, after):
        """Return (label, old, new) in words for each field that changed."""
        return [
            (self._label(name), self._word(name, before[name]), self._word(name, after.get(name)))
            for name in before
            if before[name] != after.get(name)
        ]

    def _in_words(self, values):
        return "\n".join(
            f"{self._label(name)}: {self._word(name, value)}" for name, value in (values or {}).items()
        )

    def _label(self, name):
        model = self.env.get(self.res_model)
        return (
            model._fields[name]._description_string(self.env)
            if model is not None and name in model._fields
            else name
        )

    def _word(self, name, value):
        """Return a stored value as people read it."""
        model = self.env.get(self.res_model)
        field = model._fields.get(name) if model is not None else None
        if value in (False, None, ""):
            return self.env._("(empty)")
        if field is not None and field.type == "many2one":
            return self._name_of(field.comodel_name, value)
        if field is not None and field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return value if isinstance(value, str) else json.dumps(value)

    def _name_of(self, model, record_id):
        record = self.env[model].browse(record_id).exists()
        try:
            return record.display_name or str(record_id)
        except AccessError:
            return str(record_id)
