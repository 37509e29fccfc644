"""What this addon does with personal data without any AI, for the register of processing."""

from odoo import models
from odoo.tools import LazyTranslate

from . import ai_article_import, ai_index, ai_outcome, ai_privacy_log, ai_validation  # noqa: F401 - defined first
from .kept import Processing

_lt = LazyTranslate(__name__)

_PARTIES = _lt("Customers and suppliers, where they are natural persons, and those named in documents")
_NAMED = _lt("What stands in a tax document: RUT, name, address, line of business, texts of its lines")


class AiValidation(models.Model):
    _inherit = "l10n_cl_ai.validation"
    _l10n_cl_ai_processing = (
        Processing(
            "dte_check", _lt("Checks of documents by rules"),
            _lt("To issue and receive tax documents as the SII wants them."), "law", _PARTIES, _NAMED,
        ),
    )  # fmt: skip


class AiOutcome(models.Model):
    _inherit = "l10n_cl_ai.outcome"
    _l10n_cl_ai_processing = (
        Processing(
            "dte_outcomes", _lt("Answers of the SII and of customers"),
            _lt("To know what became of a document, and until when it may be claimed."), "law", _PARTIES,
            _lt("The answer's code, day and words, and whose document it was"),
        ),
    )  # fmt: skip


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"
    _l10n_cl_ai_processing = (
        Processing(
            "booking_index", _lt("Index of what was booked"),
            _lt("To propose the project and the account of a supplier's line by those of the lines before."),
            "interest",
            _lt("Suppliers, where they are natural persons, and those named in texts of bills"),
            _lt("The supplier's id, and the words of his lines"),
        ),
    )  # fmt: skip


class AiPrivacyLog(models.Model):
    _inherit = "l10n_cl_ai.privacy.log"
    _l10n_cl_ai_processing = (
        Processing(
            "rights", _lt("Requests of persons about their data"),
            _lt("To answer them, and to prove that they were answered."), "law", _lt("Who asks"),
            _lt("That somebody asked, when, and how much was found; no name"),
        ),
    )  # fmt: skip


class AiArticleImport(models.Model):
    _inherit = "l10n_cl_ai.article.import"
    _l10n_cl_ai_processing = (
        Processing(
            "knowledge", _lt("Pages read for the knowledge base"),
            _lt("To have the SII's rules at hand, with their source."), "interest", _lt("Users of the company"),
            _lt("Who asked for a page, and its address"),
            _lt("The site that is read learns this server's address, and nothing of the company"),
        ),
    )  # fmt: skip
