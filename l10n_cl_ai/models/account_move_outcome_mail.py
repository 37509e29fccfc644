"""Answers that come by e-mail to an invoice: recorded, but counting for nothing until an accountant confirms them."""

import logging

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .. import dte
from ..dte.response import is_response, read_response
from .account_move_xml import XML_LIMIT

_logger = logging.getLogger(__name__)

#: Attachments of one e-mail that are looked at, documents that one may name, and reasons it may give of each: anybody
#: can write an e-mail, and each answer asks an accountant to look.
MAX_FILES, MAX_ANSWERS, MAX_REASONS = 20, 50, 20


class AccountMove(models.Model):
    _inherit = "account.move"

    def _message_post_after_hook(self, message, msg_values):
        done = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email" and message.attachment_ids:
            self._l10n_cl_ai_answers_by_email(message)
        return done

    def _l10n_cl_ai_answers_by_email(self, message):
        """Record the answers attached to an e-mail. Whatever is wrong in one, the e-mail arrives.

        Neither its sender nor the file's signature is verified: the rows say so.
        """
        # sudo: the gateway's user has no rights on documents; only answers about the company of the document
        # that the e-mail came to are recorded, as not verified.
        outcomes = self.env["l10n_cl_ai.outcome"].sudo()
        for attachment in message.sudo().attachment_ids[:MAX_FILES]:
            data = attachment.raw or b""
            if len(data) > XML_LIMIT or not is_response(data):
                continue
            try:
                with self.env.cr.savepoint():
                    self._l10n_cl_ai_answer_by_email(outcomes, read_response(data), attachment)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except dte.Unreadable as refused:
                _logger.info("Attachment %s looked like an answer about DTEs: %s", attachment.id, refused)
            except Exception:
                _logger.exception("The answers in attachment %s could not be recorded", attachment.id)

    def _l10n_cl_ai_answer_by_email(self, outcomes, response, attachment):
        if len(response.answers) > MAX_ANSWERS:
            _logger.info("Attachment %s names more than %s documents; read it by hand", attachment.id, MAX_ANSWERS)
            return
        answers = [answer._replace(details=answer.details[:MAX_REASONS]) for answer in response.answers]
        rows, notes = outcomes._import(response._replace(answers=tuple(answers)), self.company_id, "email", attachment)
        _logger.info("Attachment %s: %s answers to confirm, %s not recorded", attachment.id, len(rows), len(notes))
