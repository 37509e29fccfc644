"""An article of the knowledge base: what the assistant may rest on, with its source and until when it holds."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..chat.markdown import render
from ..sii.address import HOSTS

ORIGINS = [("starter", "Delivered"), ("own", "Own"), ("imported", "Imported"), ("sii", "SII monitor")]
#: Letters of an article: what is longer is a book, and has chapters.
LONGEST = 200_000


class AiArticle(models.Model):
    """Only active ones are published: imported ones are drafts until a person has read them."""

    _name = "l10n_cl_ai.article"
    _description = "Article of Knowledge"
    _inherit = ["mail.thread"]
    _order = "name, id"

    name = fields.Char("Title", required=True, tracking=True)
    body = fields.Text("Text", tracking=True, help="Markdown: headings with #, lists with -, tables with |.")
    keywords = fields.Char(help="Other words by which people ask for it.", tracking=True)
    topic_ids = fields.Many2many("l10n_cl_ai.topic", string="Topics")
    source_name = fields.Char("Source", tracking=True, help="Where it is taken from: a law, a circular, a person.")
    source_url = fields.Char("Address of the source", tracking=True)
    valid_from = fields.Date(tracking=True)
    valid_to = fields.Date("Valid until", tracking=True, help="The last day on which it holds.")
    review_on = fields.Date("Review on", tracking=True, help="From this day on it is shown as to be reviewed.")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        tracking=True,
        help="Empty: every company reads it.",
        # What an addon brings is for all; what a person writes is his company's.
        default=lambda self: False if self.env.su else self.env.company,
    )
    origin = fields.Selection(ORIGINS, required=True, default="own", readonly=True)
    active = fields.Boolean("Published", default=True, tracking=True)
    code = fields.Char(copy=False, readonly=True, help="Of articles that are delivered.")
    to_review = fields.Boolean(compute="_compute_state", search="_search_to_review")
    expired = fields.Boolean("Not valid today", compute="_compute_state", search="_search_expired")

    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "There is only one article of each code.")
    _validity_check = models.Constraint("CHECK (valid_from <= valid_to)", "It is valid from a day before it ends.")

    @api.constrains("body")
    def _check_body(self):
        for article in self:
            if len(article.body or "") > LONGEST:
                raise ValidationError(self.env._("An article has at most %(count)s letters.", count=LONGEST))

    @api.constrains("source_url")
    def _check_source_url(self):
        for article in self:
            if article.source_url and not article.source_url.startswith(("https://", "http://")):
                raise ValidationError(self.env._("The address of a source begins with https:// or http://."))

    # -- computes --------------------------------------------------------------------------------------

    @api.depends("valid_from", "valid_to", "review_on")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for article in self:
            article.to_review = bool(article.review_on and article.review_on <= today)
            article.expired = not article._holds_on(today)

    @api.depends("body")
    def _compute_preview(self):
        for article in self:
            # What ``render`` returns is safe: no HTML of the text is in it.
            article.preview = Markup("").join(map(Markup, render(article.body or "", hosts=HOSTS)))

    def _search_to_review(self, operator, value):
        if operator != "in":
            return NotImplemented
        due = Domain("review_on", "<=", fields.Date.context_today(self))
        return due if True in value else ~due

    def _search_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        holds = self._holding_domain(fields.Date.context_today(self))
        return ~holds if True in value else holds

    # -- CRUD ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        articles._index()
        return articles

    def write(self, vals):
        if "company_id" in vals:
            self._unindex()
        done = super().write(vals)
        if "company_id" in vals:
            # Odoo looks at whose it was; that it may not be given away is for us to see.
            self.check_access("write")
        if {"name", "body", "keywords", "active", "company_id"} & set(vals):
            self._index()
        return done

    def unlink(self):
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):  # then the index is gone before
            self._unindex()
        return super().unlink()

    def copy_data(self, default=None):
        own = {"origin": "own", "company_id": self.env.company.id}
        return [
            {**vals, **own, "name": self.env._("%(name)s (copy)", name=article.name)}
            for article, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # -- index -----------------------------------------------------------------------------------------

    def _index(self):
        """Have what is published found by its words, and nothing else."""
        for company, articles in self.grouped("company_id").items():
            index = self.env["l10n_cl_ai.index"]._of(company, "article")
            index._forget(articles.ids)
            index._learn_articles(
                (article.id, article.name, article.keywords, article.body) for article in articles if article.active
            )

    def _unindex(self):
        for company, articles in self.grouped("company_id").items():
            self.env["l10n_cl_ai.index"]._of(company, "article")._forget(articles.ids)

    # -- actions ---------------------------------------------------------------------------------------

    def action_reviewed(self):
        """Say that it was read and still holds; it is due again in a year."""
        self.review_on = fields.Date.add(fields.Date.context_today(self), years=1)

    # -- business --------------------------------------------------------------------------------------

    def _holds_on(self, day):
        self.ensure_one()
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)

    @api.model
    def _holding_domain(self, day):
        begun = Domain("valid_from", "=", False) | Domain("valid_from", "<=", day)
        return begun & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", day))
