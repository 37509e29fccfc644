"""Who is told of a notice: an activity at once, an e-mail in the company's rhythm, a webhook."""

import logging
from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from . import ai_sii_document, ai_sii_notice  # noqa: F401 - what it extends is defined first

_logger = logging.getLogger(__name__)

_RHYTHM = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
_ACTIVITY = "l10n_cl_ai.mail_activity_sii_notice"
#: How much too early a digest may be: less than the hour between two looks, or it would be earlier every day.
_EARLY = timedelta(minutes=30)
#: Notices of one e-mail; documents of which people are told at once; hours until it is tried again.
_MOST, _AT_ONCE, _HOURS = 50, 20, 2
#: Documents that a company's AI reads by itself in a day; people ask of more by hand.
MOST_ASKED = 40


class AiSiiDocument(models.Model):
    _inherit = "l10n_cl_ai.sii.document"

    @api.model
    def _tell(self):
        """Have companies told of documents that were read, or can't be, and of which nobody was told yet.

        One of which they can't be told now is put off, and keeps no other back.

        :return: what is to be counted
        """
        tally = Counter()
        for document in self.search(self._untold(), order="id", limit=_AT_ONCE):
            try:
                with self.env.cr.savepoint():
                    notices = document._make_notices()
                    counted = Counter(notices=bool(notices), told=notices._tell())
                    document.noticed = True
                tally += counted
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                _logger.exception("Nobody could be told of %s; it is tried again in %s hours", document, _HOURS)
                document.next_at = fields.Datetime.now() + timedelta(hours=_HOURS)
        if tally["told"]:
            self.env["l10n_cl_ai.sii.notice"]._send_soon()
        return tally

    def _make_notices(self):
        """Return the notices made of a document, one for each company that watches."""
        notices = self.env["l10n_cl_ai.sii.notice"]
        companies = self.source_id._companies()
        for company in companies & self.wanted_by_ids if self.wanted_by_ids else companies:
            notices |= self._make_notice(company)
        return notices

    def _make_notice(self, company):
        """Return the notice of this document to a company, in its language."""
        return self.env["l10n_cl_ai.sii.notice"]._of(company)._make(self, company).with_env(self.env)


class AiSiiNotice(models.Model):
    _inherit = "l10n_cl_ai.sii.notice"

    def _creation_message(self):
        return self.env._("Found on the page “%s”.", self.source_id.name)

    def write(self, vals):
        done = super().write(vals)
        if vals.get("state") in ("applied", "not_applicable"):
            self.activity_unlink([_ACTIVITY])
        elif vals.keys() & {"user_id", "deadline"}:
            self._move_activities()
        return done

    def _move_activities(self):
        """Have what is still to be done go with its notice: to who looks at it now, by its day of now."""
        for notice in self:
            # sudo: mail.activity - of this notice, which the user may write, whoever has it now
            activities = notice.sudo().activity_search([_ACTIVITY])
            now = {"user_id": notice.user_id.id, "date_deadline": notice.deadline}
            activities.write({name: value for name, value in now.items() if value})

    def _tell(self):
        """Tell who should know; return how many were told."""
        told = 0
        for notice in self:
            company = notice.company_id
            told += notice._tell_owner()
            if int(notice.impact) >= 2 and notice.change != "values" and notice.document_id.text:
                self._ask_quietly(notice)
            if "l10n_cl_ai.webhook" in self.env:
                told += len(self.env["l10n_cl_ai.webhook"]._queue(company, "sii.notice", notice._payload()))
        return told

    def _tell_owner(self):
        """Have the responsible look at it where it matters enough to the company; return how many were told."""
        enough = int(self.impact) >= int(self.company_id.l10n_cl_ai_watch_from or "3")
        if not self.user_id or not enough or self.state not in ("new", "analysis"):
            return 0
        # Its e-mail goes by Odoo's queue: the watch waits for no mail server, with or without a transaction.
        self.with_context(lang=self.user_id.lang, mail_notify_force_send=False)._schedule()
        return 1

    @api.model
    def _send_soon(self):
        """Have the e-mails of activities sent by Odoo's queue now, and not within the hour."""
        # An administrator may have deleted it.
        if cron := self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False):
            # sudo: ir.cron - to wake it is all that is done
            cron.sudo()._trigger()

    def _ask_quietly(self, notice):
        """Have the AI read it where the company has switched that on, and no more of them than a day brings: a page
        that is filled at once, or made to be, must not spend what the company keeps for its own questions."""
        questions = self.env["l10n_cl_ai.sii.question"]
        if not self.env["l10n_cl_ai.feature"]._for("sii_watch", notice.company_id):
            return
        since = fields.Datetime.now() - timedelta(days=1)
        lately = [("company_id", "=", notice.company_id.id), ("create_date", ">", since)]
        # sudo: l10n_cl_ai.sii.question - how many there were
        if questions.sudo().search_count(lately, limit=MOST_ASKED) < MOST_ASKED:
            questions._ask(notice)

    def _schedule(self):
        summary = self.env._("News of the SII: %s", self.name)[:200]
        if not self.activity_search([_ACTIVITY], user_id=self.user_id.id):
            self.activity_schedule(_ACTIVITY, summary=summary, user_id=self.user_id.id,
                                   date_deadline=self.deadline or fields.Date.context_today(self))  # fmt: skip

    def _payload(self):
        """Return what a webhook is told: of the document and its sorting, nothing of the company's books."""
        return {
            "id": self.id, "company_id": self.company_id.id, "title": self.name, "url": self.url or "",
            "change": self.change, "impact": int(self.impact), "category": self.category or "",
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "types": self.type_ids.mapped("code"), "topics": self.topics or [], "summary": self.summary or "",
        }  # fmt: skip

    # -- e-mail ----------------------------------------------------------------------------------------

    @api.model
    def _cron_digest(self):
        """Send each company's digest when its time has come; one that fails keeps no other back."""
        companies = self.env["res.company"].search([("l10n_cl_ai_watch_digest", "in", list(_RHYTHM))])
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    company._l10n_cl_ai_send_digest()
            except Exception:
                _logger.exception("The digest of the SII's news of company %s could not be sent", company.id)

    def _deadline_words(self):
        return self.env._("deadline: %s", f"{self.deadline:%d-%m-%Y}") if self.deadline else ""

    def _mail_to(self, user, company):
        """Queue the digest of these notices to a user, in the language of ``self``."""
        lines = Markup("").join(notice._mail_line(company) for notice in self[:_MOST])
        if len(self) > _MOST:
            lines += Markup("<li>%s</li>") % self.env._("and %(count)s more", count=len(self) - _MOST)
        subject = self.env._("News of the SII for %(company)s: %(count)s", company=company.name, count=len(self))
        foot = Markup('<p><a href="%s/odoo/novedades-sii">%s</a></p><p><small>%s</small></p>') % (
            company.get_base_url(), self.env._("All the news of the SII in Odoo"),
            self.env._("You get this e-mail because the company chose you for the digest, in its settings."),
        )  # fmt: skip
        return self.env["mail.mail"].create({
            "subject": subject, "email_to": user.email_formatted,
            "email_from": company.email_formatted or user.email_formatted,
            "body_html": Markup("<p>%s</p><ul>%s</ul>%s") % (subject, lines, foot), "auto_delete": True,
        })  # fmt: skip

    def _mail_line(self, company):
        """Return what a digest says of a notice: what to do by when and who, what of the company it touches, and what
        the AI says of it, as such."""
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("impact", "state")}
        # sudo: res.users - the name of a colleague who is responsible
        owner = self.user_id.sudo().name
        facts = " · ".join(filter(None, (
            labels["impact"][self.impact], self.state != "new" and labels["state"][self.state], self._deadline_words(),
            owner and self.env._("responsible: %s", owner), self.topics_text,
        )))  # fmt: skip
        told = [facts, self.touched_text, self.summary and self.env._("Summary of the AI: %s", self.summary)]
        # This address opens the notice in its own company, whichever the reader works in.
        address = f"{company.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"
        small = Markup("").join(Markup("<br/><small>%s</small>") % words for words in told if words)
        return Markup('<li style="margin-bottom:8px"><a href="%s">%s</a>%s</li>') % (address, self.name, small)


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_watch_digest_at = fields.Datetime("Last digest of the SII's news", copy=False)

    def _l10n_cl_ai_send_digest(self):
        """Put the e-mails with the notices since the last digest into Odoo's queue; return them."""
        self.ensure_one()
        now, rhythm = fields.Datetime.now(), _RHYTHM[self.l10n_cl_ai_watch_digest]
        last = self.l10n_cl_ai_watch_digest_at or now - rhythm
        mails = self.env["mail.mail"]
        if now - last < rhythm - _EARLY:
            return mails
        domain = Domain("company_id", "=", self.id) & Domain("told_at", ">", last) & Domain("told_at", "<=", now)
        notices = self.env["l10n_cl_ai.sii.notice"].search(domain)
        self.l10n_cl_ai_watch_digest_at = now
        if not notices:
            return mails
        for user in self.l10n_cl_ai_watch_digest_user_ids:
            if user.active and user.email and notices._can_see(user, self):
                mails |= notices.with_context(lang=user.lang)._mail_to(user, self)
        return mails
