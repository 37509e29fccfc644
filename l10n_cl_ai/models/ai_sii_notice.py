"""What a document of the SII means for one company: how much it matters, what it touches, who looks at it and by
when."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import LazyTranslate

from ..sii.answer import added
from ..sii.meaning import Dated, Meaning, meaning_of
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_sii_document import CHANGES
from .ai_sii_source import CATEGORIES
from .kept import Keeping
from .sii_words import in_spanish

_lt = LazyTranslate(__name__)

STATES = [("new", "New"), ("analysis", "Under analysis"), ("applied", "Applied"), ("not_applicable", "Does not apply")]
IMPACTS = [
    ("1", "Nothing to do"),
    ("2", "Good to know"),
    ("3", "To be read"),
    ("4", "To be done"),
    ("5", "Documents change"),
]
RATINGS = [("useful", "Useful"), ("useless", "Not useful")]
KINDS = [
    ("new_duty", "New duty"),
    ("changed_duty", "Changed duty"),
    ("rate_or_value", "Rate or value"),
    ("term", "Term"),
    ("format", "Format"),
    ("interpretation", "Interpretation"),
    ("announcement", "Announcement"),
    ("internal", "Of the Service itself"),
]
CONCERNS = [("yes", "Yes"), ("no", "No"), ("cannot_tell", "Can't be told")]
#: What people may put in place of what was proposed, and the reason of the proposal.
_REASONS = {"user_id": "owner_reason", "deadline": "deadline_reason"}
#: Fields that people write; all others are the watch's.
_BY_HAND = frozenset({"state", "user_id", "deadline", "rating", "rating_comment", "note", "active"})


class AiSiiNotice(models.Model):
    _name = "l10n_cl_ai.sii.notice"
    _description = "Notice of an Authority"
    _inherit = ["l10n_cl_ai.evidence", "mail.thread", "mail.activity.mixin"]
    _order = "impact desc, id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "sii_notices", _lt("Notices of the SII, once decided"), days=1825,
            ended=(("state", "in", ("applied", "not_applicable")),),
            why=_lt("What the company did about a change, and when: terms of prescription are of up to six years."),
            users=("user_id",), texts=("note", "rating_comment"),
            personal=("name", "state", "note", "deadline"),
        ),
    )  # fmt: skip

    name = fields.Char("Title", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    document_id = fields.Many2one(
        "l10n_cl_ai.sii.document", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # Here and below not as root: any document may be typed into a form, also one of another company's page.
    source_id = fields.Many2one(
        related="document_id.source_id", string="Page", store=True, precompute=True, index=True, related_sudo=False
    )
    category = fields.Selection(CATEGORIES, readonly=True)
    change = fields.Selection(CHANGES, "What happened", required=True, readonly=True)
    was = fields.Text("As it was", related="document_id.was", related_sudo=False)
    revision = fields.Text("What changed in its text", related="document_id.revision", related_sudo=False)
    published_on = fields.Date(readonly=True)
    told_at = fields.Datetime("Told on", required=True, readonly=True, default=fields.Datetime.now,
                              help="When the company was last told of it: as it was new, or changed.")  # fmt: skip
    url = fields.Char("Address", related="document_id.url", related_sudo=False)
    active = fields.Boolean(default=True)

    state = fields.Selection(STATES, required=True, default="new", tracking=True, index=True, group_expand=True)
    impact = fields.Selection(IMPACTS, required=True, readonly=True, tracking=True)
    user_id = fields.Many2one("res.users", "Responsible", tracking=True, domain="[('company_ids', 'in', company_id)]")
    owner_reason = fields.Char("Why this person", readonly=True)
    deadline = fields.Date(tracking=True)
    deadline_reason = fields.Char("Why this day", readonly=True)
    note = fields.Text("What was done")

    type_ids = fields.Many2many(
        "l10n_latam.document.type", "l10n_cl_ai_sii_notice_type_rel", string="DTE types", readonly=True
    )
    topics = fields.Json(readonly=True, help="Words of taxes and regimes.")
    topics_text = fields.Char("Taxes and regimes", compute="_compute_texts")
    days = fields.Json(readonly=True, help="[day, what, quote]")
    days_text = fields.Text("Days it names", compute="_compute_texts")
    words = fields.Json(readonly=True, help="{topic: words that said so}")
    words_text = fields.Text("What fired", compute="_compute_words_text")
    search_text = fields.Text(readonly=True)
    body = fields.Html("Text", compute="_compute_body", sanitize=False)

    touched = fields.Json(readonly=True, help="What of the company it touches: {what: count}.")
    touched_text = fields.Char("It touches", compute="_compute_texts")

    summary = fields.Text("Summary of the AI", readonly=True)
    ai_kind = fields.Selection(KINDS, "Kind", readonly=True)
    ai_concerns = fields.Selection(CONCERNS, "Concerns the company", readonly=True)
    ai_reason = fields.Char("Why", readonly=True)
    ai_quote = fields.Char("It rests on", readonly=True)
    question_ids = fields.One2many("l10n_cl_ai.sii.question", "notice_id", readonly=True)
    ai_state = fields.Char("AI", compute="_compute_ai_state")

    rating = fields.Selection(RATINGS, tracking=True)
    rating_comment = fields.Char("What was missing")
    article_id = fields.Many2one("l10n_cl_ai.article", readonly=True, ondelete="set null", index="btree_not_null")

    _once = models.UniqueIndex("(company_id, document_id)", "A company is told of a document once.")

    # -- CRUD ------------------------------------------------------------------------------------------

    def write(self, vals):
        foreign = {name for name in vals if name in self._fields and self._fields[name].readonly} - _BY_HAND
        if foreign and not self.env.su:
            raise AccessError(self.env._("These fields are written by the watch: %s", ", ".join(sorted(foreign))))
        if not self.env.su:
            # Why the watch proposed something says nothing of what a person has put in its place.
            vals = {**vals, **{why: False for name, why in _REASONS.items() if name in vals}}
        return super().write(vals)

    @api.constrains("user_id")
    def _check_user(self):
        for notice in self:
            # sudo: res.users - whether somebody works in the company, which is all that is said of him
            user = notice.user_id.sudo()
            if user and (user.share or notice.company_id not in user.company_ids):
                raise ValidationError(self.env._("Only who works in the company can be responsible."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for company in self.company_id:
            self.env["l10n_cl_ai.hold"]._check_free(company)

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _make(self, document, company):
        """Return the notice of a document to a company, made or opened again."""
        found = self.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("document_id", "=", document.id)], limit=1
        )
        known = meaning_of(document.name, document.text or "", self._wanted(company))
        owner, why = self._owner(company, known)
        vals = {
            "name": document.name, "category": document.category, "change": document.change,
            "published_on": document.day,
            "search_text": f"{document.name}\n{(document.text or '')[:20_000]}", **self._meaning_vals(known, company),
        }  # fmt: skip
        if document.change == "values":
            # New values are no duty, whatever words stand around them.
            vals |= {"impact": "2", "deadline": False, "deadline_reason": False}
        if found:
            reopened = {"active": True} if found.state == "new" else {"active": True, "state": "new"}
            found.write({**vals, **reopened, "summary": False, "told_at": fields.Datetime.now()})
            found.message_post(body=self._change_words(document))
            return found
        return self.create(
            {**vals, "company_id": company.id, "document_id": document.id, "user_id": owner.id, "owner_reason": why}
        )

    @api.model
    def _change_words(self, document):
        """Return what happened to a document of which the company was told before."""
        if document.change != "revised":
            return self.env._("It changed on the page. Before: %s", document.was or "")
        lines = Markup("").join(Markup("<li>%s</li>") % line for line in (document.revision or "").splitlines())
        words = self.env._("Its text was replaced, at the same address. What is new in it (+), and what is gone (−):")
        return Markup("<p>%s</p><ul>%s</ul>") % (words, lines)

    def _meaning_vals(self, known, company):
        """Return what rules, or rules and AI, say of a document, as values."""
        types = self.env["l10n_latam.document.type"].search(
            [("country_id.code", "=", "CL"), ("code", "in", list(map(str, known.types)))]
        )
        deadline, why = self._deadline(known)
        return {
            "impact": str(known.impact), "type_ids": [(6, 0, types.ids)], "topics": [*known.taxes, *known.regimes],
            "days": [[one.day.isoformat(), one.what, one.quote] for one in known.days],
            "words": {topic: list(said) for topic, said in known.words.items()},
            "touched": self._touched(company, types, known), "deadline": deadline, "deadline_reason": why,
        }  # fmt: skip

    def _known(self):
        """Return what is known of it without the AI (``Meaning``)."""
        return Meaning(
            impact=int(self.impact), types=tuple(sorted(int(code) for code in self.type_ids.mapped("code"))),
            taxes=tuple(self.topics or ()),
            days=tuple(Dated(fields.Date.to_date(day), what, quote) for day, what, quote in self.days or ()),
            words=self.words or {},
        )  # fmt: skip

    def _take(self, read):
        """Add what the AI says (``sii.answer.Read``); it takes nothing back that rules found."""
        rules = self._known()
        both = added(rules, read)
        vals = self._of(self.company_id)._meaning_vals(both, self.company_id)
        alone = [*map(str, {*both.types} - {*rules.types}), *({*both.taxes, *both.regimes} - {*(self.topics or ())})]
        if alone:
            vals["words"] = {**vals["words"], "ai": sorted(alone)}
        if self._is_deadline_by_hand():
            vals.pop("deadline")
            vals.pop("deadline_reason")
        # What a person has put off stays where he put it.
        activities = self.activity_search(["l10n_cl_ai.mail_activity_sii_notice"]).filtered(
            lambda activity, was=self.deadline: activity.date_deadline == was
        )
        self.write({**vals, "summary": read.summary, "ai_kind": read.kind, "ai_concerns": read.concerns,
                    "ai_reason": read.reason, "ai_quote": read.quote})  # fmt: skip
        if self.deadline:
            activities.date_deadline = self.deadline
        if self._tell_owner():
            self._send_soon()

    @api.model
    def _of(self, company):
        """Return the model as it writes a company's notices: in its language, by the days of Chile.

        Odoo would write to the responsible of every notice, also of one that needs nothing done: whom to tell, of what
        and how is the company's choice (``_tell``), and whom it matters to has an activity, with its e-mail.
        """
        lang = company.partner_id.lang or in_spanish(self.env).lang
        return self.browse().with_company(company).with_context(
            lang=lang, tz="America/Santiago", mail_auto_subscribe_no_notify=True
        )

    def _is_deadline_by_hand(self):
        """Return whether a person has set the deadline: then nothing moves it."""
        return bool(self.deadline) and not self.deadline_reason
