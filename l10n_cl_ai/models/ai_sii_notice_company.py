"""What of a company a notice touches, who should look at it and by when, from its own books; and its own news."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from . import ai_sii_notice  # noqa: F401 - what it extends is defined first

#: Days of the books that are looked at; days to act within, by impact, where the document names none.
_YEAR, _LATELY = 365, 90
_DAYS = {5: 5, 4: 10, 3: 30}


class AiSiiNotice(models.Model):
    _inherit = "l10n_cl_ai.sii.notice"

    touched_count = fields.Integer("Documents it touches", compute="_compute_touched_count")

    @api.depends("touched")
    def _compute_touched_count(self):
        for notice in self:
            notice.touched_count = (notice.touched or {}).get("documents", 0)

    @api.model
    def _wanted(self, company):
        words = (company.l10n_cl_ai_watch_words or "").replace("\n", ",")
        return tuple(word.strip() for word in words.split(",") if word.strip())[:50]

    @api.model
    def _touched_domain(self, company, types):
        since = fields.Date.today() - timedelta(days=_YEAR)
        return (
            Domain("company_id", "=", company.id) & Domain("state", "=", "posted") & Domain("date", ">=", since)
            & Domain("l10n_latam_document_type_id", "in", types.ids)
        )  # fmt: skip

    @api.model
    def _touched(self, company, types, known):
        """Return {what: count} of the company's documents, partners and journals of the last year that it is about."""
        if not types:
            return {}
        moves = self.env["account.move"]
        domain = self._touched_domain(company, types)
        [(count, partners, journals)] = moves._read_group(
            domain, [], ["__count", "commercial_partner_id:count_distinct", "journal_id:count_distinct"]
        )
        return {"documents": count, "partners": partners, "journals": journals}

    def _touched_words(self):
        touched = self.touched or {}
        if not touched:
            return ""
        if not touched.get("documents"):
            return self.env._("None of the company's documents of the last year.")
        return self.env._(
            "Documents of the last year: %(documents)s (partners: %(partners)s, journals: %(journals)s)", **touched
        )

    @api.model
    def _owner(self, company, known):
        """Return (who should look at it, why): whom the company named, else who posts such documents, else a
        manager."""
        chosen = company.l10n_cl_ai_watch_user_id
        if self._can_see(chosen, company):
            return chosen, self.env._("named by the company for the SII's news")
        since = fields.Date.today() - timedelta(days=_LATELY)
        domain = Domain("company_id", "=", company.id) & Domain("state", "=", "posted") & Domain("date", ">=", since)
        if known.types:
            domain &= Domain("l10n_latam_document_type_id.code", "in", list(map(str, known.types)))
            busiest = self.env["account.move"]._read_group(
                domain, ["create_uid"], ["__count"], order="__count desc", limit=5
            )
            for user, count in busiest:
                if self._can_see(user, company):
                    return user, self.env._("made most of such documents lately (%s)", count)
        for group in ("l10n_cl_ai.group_manager", "l10n_cl_ai.group_accountant"):
            users = self.env.ref(group).all_user_ids.filtered(lambda user: self._can_see(user, company))
            people = users.filtered(lambda user: user.id != self.env.ref("base.user_root").id)
            if people:
                return people.sorted(self._rank(company))[0], self.env._("looks after AI Chile in the company")
        return self.env["res.users"], ""

    @api.model
    def _rank(self, company):
        """Return the order in which people are asked: who looks after the system reads no circulars, and who works
        elsewhere fewer of this company's."""
        return lambda user: (user.has_group("base.group_system"), user.company_id != company, user.id)

    @api.model
    def _can_see(self, user, company):
        return bool(user and user.active and not user.share and company in user.company_ids
                    and user.has_group("l10n_cl_ai.group_user"))  # fmt: skip

    @api.model
    def _deadline(self, known):
        """Return (day, why): the first day to come that the document names, else one by how much it matters."""
        today = fields.Date.context_today(self.with_context(tz="America/Santiago"))
        named = known.deadline(today)
        if named and known.impact >= 3:
            return named, self.env._("the document names it")
        days = _DAYS.get(known.impact)
        if not days:
            return False, False
        return today + timedelta(days=days), self.env._("the document names none: %s days to look at it", days)

    @api.model
    def _search_news(self, words, days, limit):
        """Return notices of the user's company of the last days, those that matter most first.

        :param words: those that must stand in title or text; may be empty
        """
        since = fields.Date.subtract(fields.Date.context_today(self), days=days)
        domain = Domain("company_id", "=", self.env.company.id) & Domain("create_date", ">=", since)
        for word in words[:6]:
            domain &= Domain("search_text", "ilike", word)
        return self.search(domain, limit=limit)
