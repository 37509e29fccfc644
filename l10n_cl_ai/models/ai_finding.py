from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..dte.message import Message
from ..dte.place import words
from ..dte.rule import SiiEffect
from .ai_rule import ACTIONS, BASES, SII_EFFECTS, translated
from .kept import STRIKE, Keeping

_lt = LazyTranslate(__name__)

WEIGHTS = {"block": 2, "warn": 1, "info": 0}
#: Longest text shown of a document: what was found may come from a hostile XML.
LONGEST = 250


class AiFinding(models.Model):
    """What one rule has against one place of one document. Only added, as the checks they belong to."""

    _name = "l10n_cl_ai.finding"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Finding in a DTE"
    _order = "validation_id desc, weight desc, id"
    _l10n_cl_ai_kept = (
        Keeping(
            "findings", _lt("Findings of the rules"), days=0, why=_lt("What the rules have against a document."),
            partners=("partner_id", "move_id.partner_id"), texts=("found", "expected", "params"),
            personal=("rule_code", "place", "found", "message"),
            processing=("dte_check",), erase=STRIKE,
        ),
    )  # fmt: skip
    _rec_name = "rule_code"
    _check_company_auto = True

    validation_id = fields.Many2one(
        "l10n_cl_ai.validation", "DTE check", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(related="validation_id.move_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="validation_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="validation_id.partner_id", store=True)
    document_type = fields.Char(related="validation_id.document_type", store=True)
    rule_id = fields.Many2one("l10n_cl_ai.rule", required=True, ondelete="restrict", index=True)
    rule_code = fields.Char("Code", required=True)
    sii_effect = fields.Selection(SII_EFFECTS, "What the SII does", required=True)
    action = fields.Selection(ACTIONS, "Severity", required=True)
    weight = fields.Integer(required=True, aggregator=None, help="Of the severity: 2, 1 or 0.")
    path = fields.Char("Element", help="Place in the DTE, as the SII names it.")
    place = fields.Char(compute="_compute_texts")
    found = fields.Char()
    expected = fields.Char()
    template = fields.Char(required=True, help="Explanation before its values are put in, in English.")
    params = fields.Json()
    message = fields.Char("Explanation", compute="_compute_texts")
    source = fields.Char(required=True)
    source_note = fields.Char("About the source", compute="_compute_texts")
    consequence = fields.Char(compute="_compute_texts")
    basis = fields.Selection(BASES, required=True)
    likely_sii_code = fields.Char("Likely SII code")
    fix = fields.Char("Correction")
    can_fix = fields.Boolean(compute="_compute_can_fix")
    fix_label = fields.Char(compute="_compute_can_fix")
    correction_ids = fields.One2many("l10n_cl_ai.correction", "finding_id", "Corrections")
    move_line_id = fields.Many2one(
        "account.move.line", "Line", ondelete="set null", index="btree_not_null"
    )

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("rule_code", "path")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for finding in self:
            finding.display_name = " · ".join(filter(None, (finding.rule_code, finding.place)))

    @api.depends("template", "params", "path", "basis", "sii_effect", "rule_id.module")
    @api.depends_context("lang")
    def _compute_texts(self):
        notes, consequences = self._source_notes(), self._consequences()
        for finding in self:
            module = finding.rule_id.module or "l10n_cl_ai"
            message = Message(finding.template or "", finding.params or {})
            finding.message = message.text(lambda text, m=module: translated(self.env, m, text))
            finding.place = words(
                finding.path or "", lambda text: translated(self.env, "l10n_cl_ai", text)
            )
            finding.source_note = notes.get(finding.basis, False)
            reported = finding.sii_effect == "reject" and finding.basis != "sii"
            finding.consequence = consequences.get("reported" if reported else finding.sii_effect, False)

    def _source_notes(self):
        return {
            "law": self.env._("By law or regulation, not by a validation that the SII publishes."),
            "field": self.env._("Seen in practice by third parties; the SII has not published it."),
            "inferred": self.env._("Our own inference; not the SII's word."),
        }

    def _consequences(self):
        return {
            "reject": self.env._("The SII rejects the document."),
            "reported": self.env._("Issuers report that the SII rejects such documents."),
            "reparo": self.env._("The SII accepts it with reparos; mending it takes a credit or debit note."),
            "none": self.env._(
                "The SII does not object as far as is known; it matters to you or to the receiver."
            ),
        }

    @api.depends("fix", "move_id")
    def _compute_can_fix(self):
        fixes = self.env["l10n_cl_ai.fix"]
        # Who reads findings may have no right on documents, and then mends none.
        readable = self.move_id._filtered_access("read")
        for finding in self:
            finding.can_fix = finding.move_id in readable and fixes._can_fix(finding)
            finding.fix_label = self.env._("Correct") if finding.can_fix else False

    # -- actions -------------------------------------------------------------------------------------

    def action_fix(self):
        """Mend what the finding names, or open what asks for the missing data."""
        self.ensure_one()
        return self.env["l10n_cl_ai.fix"]._run(self)

    # -- business ------------------------------------------------------------------------------------

    @api.model
    def _prepare_findings(self, judgement, rules, policies):
        """Return the values of a judgement's findings, the gravest first.

        :param rules: {rule code: id} of those that hold in this database
        :param policies: {rule code: action} that the company changed
        """
        vals_list = [
            self._prepare_finding_vals(finding, rules, policies, judgement.document)
            for finding in judgement.report.findings
            if finding.rule in rules
        ]
        return sorted(vals_list, key=lambda vals: -vals["weight"])

    @api.model
    def _prepare_finding_vals(self, finding, rules, policies, document):
        action = policies.get(finding.rule, finding.action.value)
        if action == "info" and finding.sii_effect is SiiEffect.REJECT:
            action = "warn"  # whatever a company prefers, a reject is never hidden
        params = finding.message.params
        return {
            "rule_id": rules[finding.rule],
            "rule_code": finding.rule,
            "sii_effect": finding.sii_effect.value,
            "action": action,
            "weight": WEIGHTS[action],
            "path": finding.path[:LONGEST],
            "found": clipped(finding.found),
            "expected": clipped(finding.expected),
            "template": finding.message.template,
            "params": {name: plain(value) for name, value in params.items()},
            "source": finding.source,
            "basis": finding.basis.value,
            "likely_sii_code": finding.likely_sii_code,
            "fix": finding.fix,
            "move_line_id": line_of(document, finding.path),
        }


def clipped(text):
    return text[: LONGEST - 1] + "…" if text and len(text) > LONGEST else text


def plain(value):
    """Return a value of an explanation as JSON holds it."""
    return value if value is None or isinstance(value, int | bool) else clipped(str(value))


def line_of(document, path):
    """Return the id of the invoice line that a path of a move's document speaks of."""
    tag, _bracket, rest = path.partition("[")
    index = rest.partition("]")[0]
    sources = getattr(document, "sources", None) or {}
    if tag not in sources or not index.isdecimal():
        return False
    return sources[tag][int(index) - 1]
