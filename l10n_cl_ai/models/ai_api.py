from odoo import api, models

from .. import dte, review
from ..dte.rule import RULES
from ..review.verdict import Recommendation
from .account_move_check import Judgement
from .ai_gateway import _engine
from .api_answer import Advice, Told, answer_of, signal_of_told

#: System parameter: calls a minute and user, of all kinds together but those that have a limit of their own.
PER_MINUTE_KEY, PER_MINUTE = "l10n_cl_ai.api_per_minute", 60
#: {kind: (system parameter, calls a minute and user)}
OWN_LIMITS = {
    "suggest": ("l10n_cl_ai.api_suggest_per_minute", 50),
    "chat": ("l10n_cl_ai.api_chat_per_minute", 30),
    "sii": ("l10n_cl_ai.api_sii_per_minute", 5),
    "sii_status": ("l10n_cl_ai.api_sii_status_per_minute", 100),
}
#: Findings told of one document and of one file, the gravest first: a hostile one makes millions. The rest is counted.
MOST_TOLD, MOST_TOLD_OF_FILE = 500, 5000
#: Documents of a file about which the AI is asked: all at once, for the caller waits. Findings it is shown of each.
MOST_ASKED, MOST_SHOWN = 8, 50


class AiApi(models.AbstractModel):
    """Judges documents for the HTTP API, in the rights and the company of the key's user. Nothing is kept of them."""

    _name = "l10n_cl_ai.api"
    _description = "Checks asked for over HTTP"

    #: Questions to the AI side by side.
    _at_once = 8

    # -- who may, and how often ----------------------------------------------------------------------

    @api.model
    def _may_check(self):
        return self.env.user.has_group("l10n_cl_ai.group_accountant")

    @api.model
    def _wait(self, kind=""):
        """Take one call of the user's; return the seconds he has to wait where there is none left, else 0."""
        bucket = f"api-{kind}:{self.env.uid}" if kind else f"api:{self.env.uid}"
        taken = _engine(self.env).stores.limiter.take(bucket, self._per_minute(kind))
        return 0.0 if taken.ok else taken.retry_after

    @api.model
    def _per_minute(self, kind=""):
        key, most = OWN_LIMITS.get(kind, (PER_MINUTE_KEY, PER_MINUTE))
        # sudo: ir.config_parameter - a limit is no secret, and binds who may not read it
        text = self.env["ir.config_parameter"].sudo().get_param(key, "")
        return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else most

    # -- judging -------------------------------------------------------------------------------------

    @api.model
    def _check(self, documents, ai, history=()):
        """Return the answer about each document, as ``POST /api/ai/validate`` gives it.

        :param ai: whether the AI is to be asked where it can add something
        :param history: earlier documents, as the caller tells of them
        """
        told = self._told(documents)
        advices = self._advices(told, history) if ai else [Advice(asked=False)] * len(told)
        return [answer_of(self.env, each, advice) for each, advice in zip(told, advices, strict=True)]

    @api.model
    def _check_file(self, documents, ai):
        """Return the answer about a file: the gravest recommendation, and each document's answer."""
        answers = self._check(documents, ai)
        order = [Recommendation.REJECT, Recommendation.REVIEW, Recommendation.SEND]
        return {
            "recommendation": min((answer["recommendation"] for answer in answers), key=order.index),
            "confidence": min(answer["confidence"] for answer in answers),
            "evaluated": {
                "rules": all(answer["evaluated"]["rules"] for answer in answers),
                "ai": all(answer["evaluated"]["ai"] for answer in answers),
            },
            "documents": answers,
        }

    @api.model
    def _told(self, documents):
        """Return what the rules say of each document, by the company's severities."""
        Finding, company = self.env["l10n_cl_ai.finding"], self.env.company
        rules = self.env["l10n_cl_ai.rule"]._ids_by_code()
        policies = self.env["l10n_cl_ai.rule.policy"]._actions(company)
        facts = self._facts(company)
        told, room = [], MOST_TOLD_OF_FILE
        for document in documents:
            document.context = company._l10n_cl_ai_around(document)
            if document.context.__dict__.get("role") == "issuer":
                document.context.put(**facts)
            report = dte.check(document)
            judgement = Judgement(company, self.env["account.move"], document, report, None)
            findings = Finding._prepare_findings(judgement, rules, policies)
            worst = dte.Action(findings[0]["action"]) if findings else None
            lacking = {code: lack for code, lack in report.not_evaluated.items() if code in rules}
            shown = findings[: min(MOST_TOLD, room)]
            told.append(Told(document, report, shown, len(findings), worst, lacking))
            room -= len(shown)
        return told

    @api.model
    def _facts(self, company):
        """Return what is known around what the company is about to send."""
        # sudo: the CAFs decide about folios, whoever asks; nothing of them is answered.
        cafs = company.sudo()._l10n_cl_ai_cafs()
        known = {"sent": None, "rounding": company.tax_calculation_rounding_method}
        return known if cafs is None else {**known, "cafs": cafs}

    @api.model
    def _advices(self, told, history):
        """Return what the AI adds to each document; it is asked for all of them side by side."""
        asked = [each for each in told if self._why_not_ask(each) is None]
        asked, beyond = asked[:MOST_ASKED], asked[MOST_ASKED:]
        known = review.history_of(history)
        questions = self._questions(asked, known, review.private_of_earlier(history)) if asked else []
        answers = self.env["l10n_cl_ai.gateway"].ask_all(questions, self._at_once) if asked else []
        advices = {id(each): self._advice(each, answer, known) for each, answer in zip(asked, answers, strict=True)}
        advices |= {id(each): Advice(reason="too_many") for each in beyond}
        return [advices.get(id(each)) or Advice(reason=self._why_not_ask(each)) for each in told]

    @api.model
    def _why_not_ask(self, told):
        """Return why the AI could add nothing, None where it could. A caller's history vouches for nothing."""
        if told.worst is dte.Action.BLOCK:
            return "rules_first"
        return None if told.document.knows("lines") else "incomplete"

    @api.model
    def _questions(self, told, history, private=()):
        handler = self.env["l10n_cl_ai.review.handler"]
        pictures = handler._pictures([each.document for each in told])
        names = [(*review.private_of(each.document), *private) for each in told]
        return [
            handler._ask_about(picture, self._found(each), history, private=own)
            for each, picture, own in zip(told, pictures, names, strict=True)
        ]

    @api.model
    def _found(self, told):
        """Return (rule, path, title) of what the rules found, as ``l10n_cl_ai.review.handler`` does of a check."""
        shown = [(vals["rule_code"], vals["path"]) for vals in told.findings[:MOST_SHOWN]]
        return [(code, path, RULES[code].title.template) for code, path in shown]

    @api.model
    def _advice(self, told, answer, history):
        remarks = answer.value if answer.evaluated and not answer.abstained else None
        reason = None if remarks is not None else "abstained" if answer.abstained else str(answer.reason)
        signal = signal_of_told(told, remarks)
        recorded = self.env["l10n_cl_ai.review.calibration"]._learnt(self.env.company)
        return Advice(remarks, reason, verdict=review.judge(signal, history, recorded))
