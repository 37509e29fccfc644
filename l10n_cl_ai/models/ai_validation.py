from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..dte.place import words
from .ai_rule import translated
from .kept import STAY, Keeping

_lt = LazyTranslate(__name__)

SOURCES = [("move", "Odoo document"), ("xml", "XML file")]
VERDICTS = [
    ("ok", "Without objections"),
    ("info", "With remarks"),
    ("warn", "With warnings"),
    ("block", "With blocks"),
    ("error", "Not evaluated"),
]
#: Findings kept of one check, the gravest first: more than people read, less than a hostile XML makes.
MAX_FINDINGS = 500


class AiValidation(models.Model):
    """One check of one document. Rows are only added: nobody has the right to write or delete them."""

    _name = "l10n_cl_ai.validation"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Check of a DTE"
    _order = "id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "validations", _lt("Checks that a newer one of the document has replaced, and checks of files"), days=1095,
            ended="_replaced", why=_lt("What the rules said of a document when it was issued."),
            partners=("partner_id", "move_id.partner_id"), users=("user_id",), texts=("issuer_rut", "override_reason"),
            personal=("display_name", "verdict", "create_date", "override_reason"),
            processing=("dte_check",), erase=STAY,
            law=_lt(
                "The check belongs to a tax document, which is kept for six years (Tax Code, arts. 17 and 200); what "
                "names the person in it is struck out where the document does not need it."
            ),
        ),
    )  # fmt: skip
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", "Document", ondelete="cascade", index="btree_not_null", check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one("res.partner", ondelete="set null")
    document_type = fields.Char("DTE type")
    folio = fields.Char()
    issuer_rut = fields.Char("Issuer RUT")
    source = fields.Selection(SOURCES, required=True, default="move")
    filename = fields.Char("File")
    digest = fields.Char(help="SHA-256 of what was judged, and by which rules. Empty: nothing was judged.")
    ruleset_version = fields.Char("Rules", required=True)
    verdict = fields.Selection(VERDICTS, required=True)
    error = fields.Char(help="Why nothing could be evaluated.")
    duration_ms = fields.Float("Duration (ms)", digits=(16, 3), aggregator="avg")
    user_id = fields.Many2one("res.users", "Checked by", default=lambda self: self.env.uid)
    finding_ids = fields.One2many("l10n_cl_ai.finding", "validation_id", "Findings")
    finding_count = fields.Integer("Number of findings")
    not_evaluated = fields.Json(help="{rule: what was missing for it}")
    not_evaluated_count = fields.Integer("Rules not evaluated")
    not_evaluated_html = fields.Html("Rules and what they lacked", compute="_compute_not_evaluated_html")
    override_reason = fields.Text(
        help="Why a manager posted the document in spite of the findings; also in its chatter."
    )
    is_last = fields.Boolean("Last of its document", compute="_compute_is_last", search="_search_is_last")

    @api.depends("document_type", "folio", "filename")
    def _compute_display_name(self):
        for validation in self:
            kind = validation.document_type or "?"
            place = validation.folio or validation.filename or self.env._("without folio")
            validation.display_name = f"DTE {kind} · {place}"

    @api.depends("move_id.l10n_cl_ai_validation_id")
    def _compute_is_last(self):
        for validation in self:
            # sudo: who reads checks may have no right on documents.
            move = validation.sudo().move_id
            validation.is_last = not move or move.l10n_cl_ai_validation_id == validation

    def _search_is_last(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: as above; the checks found are still those that the user may read.
        last = self.env["account.move"].sudo()._search([("l10n_cl_ai_validation_id", "!=", False)])
        last = last.subselect("l10n_cl_ai_validation_id")
        domain = fields.Domain("move_id", "=", False) | fields.Domain("id", "in", last)
        return domain if True in value else ~domain

    @api.depends("not_evaluated")
    @api.depends_context("lang")
    def _compute_not_evaluated_html(self):
        rules = {rule.code: rule for rule in self.env["l10n_cl_ai.rule"].search([])}
        group, row = Markup("<p><b>%s</b></p><ul>%s</ul>"), Markup("<li>%s</li>")
        for validation in self:
            by_lack = {}
            for code, lack in sorted((validation.not_evaluated or {}).items()):
                by_lack.setdefault(self._in_words(lack), []).append(code)
            validation.not_evaluated_html = Markup("").join(
                group
                % (
                    self.env._("Missing: %(lack)s", lack=lack),
                    Markup("").join(row % (rules[code].display_name if code in rules else code) for code in codes),
                )
                for lack, codes in sorted(by_lack.items(), key=lambda item: -len(item[1]))
            )

    def _in_words(self, lack):
        """Return in words what a rule was missing: a field of the DTE, or something around it."""
        return words(lack, lambda text: translated(self.env, "l10n_cl_ai", text))

    # -- actions -------------------------------------------------------------------------------------

    def action_open_document(self):
        """Open the document that was checked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # -- retention -----------------------------------------------------------------------------------

    @api.model
    def _replaced(self):
        """Return the domain of checks that nothing rests on: neither the last of a document, nor a manager's word."""
        # sudo: account.move - what is the last check of a document decides, whoever may read that
        last = self.env["account.move"].sudo()._search([("l10n_cl_ai_validation_id", "!=", False)])
        return fields.Domain("override_reason", "=", False) & fields.Domain(
            "id", "not in", last.subselect("l10n_cl_ai_validation_id")
        )

    # -- storing -------------------------------------------------------------------------------------

    @api.model
    def _record(self, judgements):
        """Keep judgements with their findings, one batch each; return the checks in order.

        :param judgements: ``Judgement`` tuples of :mod:`.account_move_check`
        """
        Finding, Policy = self.env["l10n_cl_ai.finding"], self.env["l10n_cl_ai.rule.policy"]
        rules = self.env["l10n_cl_ai.rule"]._ids_by_code()
        ruleset = self.env["l10n_cl_ai.rule"]._ruleset()
        vals_list, finding_vals = [], []
        for judgement in judgements:
            policies = Policy._actions(judgement.company)
            findings = Finding._prepare_findings(judgement, rules, policies)
            finding_vals.append(findings[:MAX_FINDINGS])
            vals_list.append(self._prepare_validation_vals(judgement, rules, findings, ruleset))
        # sudo: nobody may write checks by hand, or a clean one could be forged; they are made here.
        validations = self.sudo().create(vals_list)
        for validation, findings in zip(validations, finding_vals, strict=True):
            for vals in findings:
                vals["validation_id"] = validation.id
        # sudo: as above.
        Finding.sudo().create([vals for findings in finding_vals for vals in findings])
        return validations.sudo(self.env.su)

    @api.model
    def _prepare_validation_vals(self, judgement, rules, findings, ruleset):
        report, move = judgement.report, judgement.move
        not_evaluated = {code: lack for code, lack in report.not_evaluated.items() if code in rules}
        return {
            "move_id": move.id,
            "company_id": judgement.company.id,
            "partner_id": move.commercial_partner_id.id,
            "document_type": str(report.type) if report.type else False,
            "folio": str(report.folio) if report.folio else False,
            "issuer_rut": (report.issuer or "")[:20] or False,
            "source": judgement.source,
            "filename": judgement.filename,
            "digest": judgement.digest,
            "ruleset_version": ruleset,
            "verdict": "error" if judgement.error else findings[0]["action"] if findings else "ok",
            "error": judgement.error,
            "duration_ms": judgement.duration,
            "user_id": self.env.uid,
            "finding_count": len(findings),
            "not_evaluated": not_evaluated,
            "not_evaluated_count": len(not_evaluated),
        }
