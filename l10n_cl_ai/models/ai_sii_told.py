"""Who is told of a notice: an activity at once, an e-mail in the company's rhythm, a webhook."""

import logging
from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from . import ai_sii_document, ai_sii_notice  # noqa: F401 - what it extends is defined first
from .sii_words import in_spanish

_logger = logging.getLogger(__name__)

_RHYTHM = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
_ACTIVITY = "l10n_cl_ai.mail_activity_sii_notice"
#: Notices of one e-mail.
_MOST = 50


class AiSiiDocument(models.Model):
    _inherit = "l10n_cl_ai.sii.document"

    @api.model
    def _tell(self):
        """Have companies told of what can be told by now; return what is to be counted."""
        notices = self._make_notices()
        # As many as a company has of them, however many companies are told.
        return Counter(notices=len(notices.document_id), told=notices._tell())

    @api.model
    def _make_notices(self):
        """Return the notices made of documents that were read, or can't be, and of which nobody was told yet."""
        notices = self.env["l10n_cl_ai.sii.notice"]
        documents = self.search([("noticed", "=", False), ("state", "!=", "to_read")], order="id", limit=200)
        for document in documents:
            for company in document.source_id._companies():
                notices |= document._make_notice(company)
        documents.noticed = True
        return notices

    def _make_notice(self, company):
        """Return the notice of this document to a company, in its language."""
        lang = company.partner_id.lang or in_spanish(self.env).lang
        own = self.env["l10n_cl_ai.sii.notice"].with_company(company).with_context(lang=lang, tz="America/Santiago")
        return own._make(self, company).with_env(self.env)


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
            if notice.user_id and int(notice.impact) >= int(company.l10n_cl_ai_watch_from or "3"):
                notice.with_context(lang=notice.user_id.lang)._schedule()
                told += 1
            if int(notice.impact) >= 2 and notice.change != "values" and notice.document_id.text:
                self._ask_quietly(notice)
            if "l10n_cl_ai.webhook" in self.env:
                told += len(self.env["l10n_cl_ai.webhook"]._queue(company, "sii.notice", notice._payload()))
        return told

    def _ask_quietly(self, notice):
        """Have the AI read it where the company has switched that on."""
        if self.env["l10n_cl_ai.feature"]._for("sii_watch", notice.company_id):
            self.env["l10n_cl_ai.sii.question"]._ask(notice)

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
        impacts = dict(self._fields["impact"]._description_selection(self.env))
        lines = Markup("").join(
            Markup('<li><a href="%s">%s</a><br/><small>%s</small></li>') % (
                f"{company.get_base_url()}/odoo/action-l10n_cl_ai.ai_sii_notice_action/{notice.id}", notice.name,
                " · ".join(filter(None, (impacts[notice.impact], notice._deadline_words(), notice.topics_text))),
            ) for notice in self
        )  # fmt: skip
        subject = self.env._("News of the SII for %(company)s: %(count)s", company=company.name, count=len(self))
        return self.env["mail.mail"].create({
            "subject": subject, "email_to": user.email_formatted,
            "email_from": company.email_formatted or user.email_formatted,
            "body_html": Markup("<p>%s</p><ul>%s</ul>") % (subject, lines), "auto_delete": True,
        })  # fmt: skip


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_watch_digest_at = fields.Datetime("Last digest of the SII's news", copy=False)

    def _l10n_cl_ai_send_digest(self):
        """Put the e-mails with the notices since the last digest into Odoo's queue; return them."""
        self.ensure_one()
        now, rhythm = fields.Datetime.now(), _RHYTHM[self.l10n_cl_ai_watch_digest]
        last = self.l10n_cl_ai_watch_digest_at or now - rhythm
        mails = self.env["mail.mail"]
        if now - last < rhythm - timedelta(hours=1):
            return mails
        domain = (
            Domain("company_id", "=", self.id) & Domain("create_date", ">", last) & Domain("create_date", "<=", now)
        )
        notices = self.env["l10n_cl_ai.sii.notice"].search(domain, limit=_MOST)
        self.l10n_cl_ai_watch_digest_at = now
        if not notices:
            return mails
        for user in self.l10n_cl_ai_watch_digest_user_ids:
            if user.active and user.email and notices._can_see(user, self):
                mails |= notices.with_context(lang=user.lang)._mail_to(user, self)
        return mails
