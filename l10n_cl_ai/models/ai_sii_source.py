"""A page of the SII, or of another authority, that is watched: where it is, how it is read, how it fares."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..sii import path as paths
from ..sii.address import Place, Unreadable, is_allowed
from ..sii.mapping import MOST_STARS, READERS, Mapping
from .sii_words import problem_words

KINDS = [
    ("norms", "Numbered norms"),
    ("links", "Links to documents"),
    ("table", "Table of documents"),
    ("matrix", "Table of values"),
    ("script", "List in a script"),
]
CATEGORIES = [
    ("circular", "Circulars"),
    ("resolution", "Resolutions"),
    ("news", "News"),
    ("norm", "Rules on DTE"),
    ("format", "Formats and schemas"),
    ("values", "Values"),
    ("other", "Other"),
]
STATES = [("new", "Not read yet"), ("ok", "Well"), ("doubted", "In doubt"), ("broken", "Broken"), ("off", "Off")]
#: Times in a row after which a source counts as broken.
BROKEN_AFTER = 3
#: The shortest time between two looks, in hours.
_SHORTEST = 0.5
#: Fields that say which page it is, and how it is read.
MAPPED = frozenset({
    "url", "kind", "path", "pattern", "number_column", "day_column", "title_column", "link_column", "link_address",
})  # fmt: skip


class AiSiiSource(models.Model):
    _name = "l10n_cl_ai.sii.source"
    _description = "Watched Page"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(copy=False, readonly=True, help="Of sources that are delivered.")
    sequence = fields.Integer(default=50)
    active = fields.Boolean("Watched", default=True, tracking=True)
    category = fields.Selection(CATEGORIES, required=True, default="other")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company.",
        default=lambda self: False if self.env.su else self.env.company,
    )  # fmt: skip
    url = fields.Char("Address", required=True, tracking=True, help="{year} stands for the current year.")
    every_hours = fields.Float("Look every (hours)", required=True, default=6.0)
    follows = fields.Boolean("Read the documents", default=True, help="What a new row links to is read and kept.")

    kind = fields.Selection(KINDS, "Read as", required=True, default="links", tracking=True)
    path = fields.Char(
        "Part of the page", tracking=True,
        help="XPath of the part that is looked at, all of it where this is empty; of a list in a script, its name.",
    )  # fmt: skip
    pattern = fields.Char(
        "Addresses end like",
        tracking=True,
        help="Which links are documents: *.pdf, /reso*.htm … Several, with spaces between.",
    )
    number_column = fields.Char(help="Its heading, or its number from 1 on.")
    day_column = fields.Char(help="Its heading, or its number from 1 on.")
    title_column = fields.Char(help="Its heading, or its number from 1 on.")
    link_column = fields.Char(help="Its heading, or its number from 1 on.")
    link_address = fields.Char("Address from the link column", help="{} stands for what the column says.")

    state = fields.Selection(STATES, compute="_compute_state")
    checked_at = fields.Datetime("Last looked at", readonly=True, copy=False)
    believed_at = fields.Datetime("Last read well", readonly=True, copy=False)
    changed_at = fields.Datetime("Last change", readonly=True, copy=False)
    next_at = fields.Datetime("Next look", readonly=True, copy=False, index=True, default=fields.Datetime.now)
    failures = fields.Integer("Failures in a row", readonly=True, copy=False)
    checks = fields.Integer("Looks", readonly=True, copy=False)
    message = fields.Char("What is wrong", readonly=True, copy=False)
    page_etag = fields.Char(readonly=True, copy=False)
    page_modified = fields.Char(readonly=True, copy=False)
    body_digest = fields.Char(readonly=True, copy=False)
    rows_seen = fields.Char("Fingerprint of its rows", readonly=True, copy=False)
    page_url = fields.Char("Page read", readonly=True, copy=False)
    page_charset = fields.Char(readonly=True, copy=False)
    page_body = fields.Binary(
        readonly=True, copy=False, attachment=True, groups="base.group_system,l10n_cl_ai.group_manager"
    )
    page_is_whole = fields.Boolean(readonly=True, copy=False, default=True)
    doubted_seen = fields.Char(readonly=True, copy=False)
    doubted_times = fields.Integer(readonly=True, copy=False)
    row_ids = fields.One2many("l10n_cl_ai.sii.row", "source_id", "Rows")
    row_count = fields.Integer("Rows known", compute="_compute_row_count")
    notice_count = fields.Integer("Notices", compute="_compute_notices")
    rated_count = fields.Integer("Rated notices", compute="_compute_notices")
    useful_percent = fields.Integer("Useful (%)", compute="_compute_notices", help="Of the notices that were rated.")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "There is only one source of each code.")

    # -- constraints -----------------------------------------------------------------------------------

    @api.constrains("url", "every_hours", "pattern", "path", "kind", "title_column", "number_column")
    def _check_source(self):
        hosts = self.env["l10n_cl_ai.article.import"]._hosts()
        for source in self:
            try:
                Place(source._address(), hosts)
            except (Unreadable, ValueError, KeyError, IndexError) as problem:
                raise ValidationError(
                    self.env._("This address can't be watched (%(why)s). Hosts that may be read: %(hosts)s. The system "
                               "administrator adds others in the settings.", hosts=", ".join(sorted(hosts)),
                               why=problem_words(self.env, problem) if isinstance(problem, Unreadable) else problem)
                ) from None  # fmt: skip
            if source.every_hours < _SHORTEST:
                raise ValidationError(self.env._("A page is looked at every half an hour at most."))
            if any(one.count("*") > MOST_STARS for one in (source.pattern or "").split()):
                raise ValidationError(self.env._("A pattern has at most %(count)s stars.", count=MOST_STARS))
            if source.kind != "script" and (fault := paths.fault((source.path or "").strip())):
                raise ValidationError(self.env._("This XPath can't be used: %(why)s.", why=fault))
            if source.kind == "table" and not (source.title_column or source.number_column):
                raise ValidationError(self.env._("Say in which column of the table the title or the number is."))
            if source.kind == "script" and not source.title_column:
                raise ValidationError(self.env._("Say which column of the list is the title."))

    # -- computes --------------------------------------------------------------------------------------

    @api.depends("active", "checked_at", "failures", "doubted_times", "believed_at")
    def _compute_state(self):
        for source in self:
            if not source.active:
                source.state = "off"
            elif source.failures >= BROKEN_AFTER:
                source.state = "broken"
            elif source.failures or source.doubted_times:
                source.state = "doubted"
            else:
                source.state = "ok" if source.believed_at else "new"

    @api.depends("row_ids")
    def _compute_row_count(self):
        domain = [("source_id", "in", self.ids), ("gone_at", "=", False)]
        counted = dict(self.env["l10n_cl_ai.sii.row"]._read_group(domain, ["source_id"], ["__count"]))
        for source in self:
            source.row_count = counted.get(source, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_notices(self):
        notices = self.env["l10n_cl_ai.sii.notice"]
        groups = notices._read_group([("source_id", "in", self.ids)], ["source_id", "rating"], ["__count"])
        for source in self:
            counts = {rating: count for one, rating, count in groups if one == source}
            rated = counts.get("useful", 0) + counts.get("useless", 0)
            source.notice_count, source.rated_count = sum(counts.values()), rated
            source.useful_percent = round(100 * counts.get("useful", 0) / rated) if rated else 0

    # -- CRUD ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_by_hand({name for vals in vals_list for name in vals})
        return super().create(vals_list)

    def _creation_message(self):
        # Delivered pages are made before the model's name has its translation.
        return self.env._("This page is watched from now on.")

    def write(self, vals):
        self._refuse_by_hand(vals)
        company = vals.get("company_id") or False
        elsewhere = "company_id" in vals and any(source.company_id.id != company for source in self)
        if elsewhere and not self.env.is_system():
            # Rights were looked at for the company it has, not for those that it would speak to.
            raise AccessError(self.env._("A page stays with its company: make another."))
        if MAPPED & set(vals) and "body_digest" not in vals:
            # What is read otherwise is another list: it is compared with nothing, and begins anew.
            vals = {**vals, "page_etag": False, "page_modified": False, "body_digest": False, "believed_at": False,
                    "doubted_seen": False, "doubted_times": 0}  # fmt: skip
            # sudo: l10n_cl_ai.sii.row - rows are the watch's; who may set the source may have it begin anew
            self.sudo().row_ids.unlink()
        return super().write(vals)

    def _refuse_by_hand(self, names):
        """:raises AccessError: among these fields is one that the watch writes, and nobody else"""
        foreign = {name for name in names if name in self._fields and self._fields[name].readonly}
        if foreign and not self.env.su:
            raise AccessError(self.env._("These fields are written by the watch: %s", ", ".join(sorted(foreign))))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        # sudo: l10n_cl_ai.sii.notice - whose notices would go with it
        notices = self.env["l10n_cl_ai.sii.notice"].sudo().with_context(active_test=False)
        for company in notices.search([("source_id", "in", self.ids)]).company_id:
            self.env["l10n_cl_ai.hold"]._check_free(company)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_delivered(self):
        if any(source.code for source in self):
            raise UserError(self.env._("A delivered source is not deleted: switch it off."))

    # -- actions ---------------------------------------------------------------------------------------

    def action_look_now(self):
        """Have these looked at as soon as politeness allows; returns at once."""
        self.check_access("read")
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants of AI Chile can have a page looked at."))
        run = self.env["l10n_cl_ai.sii.run"]._ask(self, "button")
        return run._action_open()

    def action_believe(self):
        """Take the page as it is now, whatever was doubted about it."""
        self.check_access("write")
        # sudo: fields of the watch, which nobody writes by hand
        self.sudo().write(
            {
                "doubted_times": BROKEN_AFTER,
                "doubted_seen": False,
                "body_digest": False,
                "page_etag": False,
                "page_modified": False,
            }
        )
        return self.action_look_now()

    def action_open_rows(self):
        return self._action_of("l10n_cl_ai.sii.row", "list,form", self.env._("Rows"))

    def action_open_notices(self):
        return self._action_of("l10n_cl_ai.sii.notice", "kanban,list,form", self.env._("Notices"))

    def _action_of(self, model, views, name):
        self.ensure_one()
        domain = [("source_id", "=", self.id)]
        return {"type": "ir.actions.act_window", "name": name, "res_model": model, "view_mode": views, "domain": domain}

    # -- business --------------------------------------------------------------------------------------

    def _mapping(self):
        return Mapping(
            kind=self.kind if self.kind in READERS else "links", path=(self.path or "").strip(),
            pattern=(self.pattern or "").strip(), number=(self.number_column or "").strip(),
            day=(self.day_column or "").strip(), title=(self.title_column or "").strip(),
            link=(self.link_column or "").strip(), address=(self.link_address or "{}").strip(),
        )  # fmt: skip

    def _address(self, last_year=False):
        """Return where the page is today.

        :param last_year: where it was then: in January the new year's page may not be there yet
        """
        today = fields.Date.context_today(self.with_context(tz="America/Santiago"))
        return self.url.strip().replace("{year}", str((today - relativedelta(years=int(last_year))).year))

    def _may_be_last_years(self):
        """Return whether a page that is not there may still be last year's."""
        today = fields.Date.context_today(self.with_context(tz="America/Santiago"))
        return "{year}" in self.url and today.month <= 2

    def _companies(self):
        """Return the companies that are told of what changes here: its own, else every one in Chile that wants it."""
        if self.company_id:
            return self.company_id.filtered("l10n_cl_ai_watch")
        return self.env["res.company"]._l10n_cl_ai_watching()

    def _later(self):
        return fields.Datetime.now() + timedelta(hours=self.every_hours)

    @api.model
    def _is_allowed(self, url):
        """Return whether a document's address may be read."""
        try:
            place = Place(url.replace("http://", "https://", 1), self.env["l10n_cl_ai.article.import"]._hosts())
        except Unreadable:
            return False
        return is_allowed(place.host, self.env["l10n_cl_ai.article.import"]._hosts())
