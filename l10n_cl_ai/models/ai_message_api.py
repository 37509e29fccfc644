"""An answer as callers of the old service read it."""

from odoo import models

from . import ai_message  # noqa: F401 - what it extends is defined first

#: How far an answer may be trusted: every statement is in its source; something has none; nothing was looked up.
_SUPPORTED, _DOUBTED, _UNSOURCED = 90, 40, 20
#: Tokens of the ledger that a question takes, whatever they cost.
_GIVEN = ("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens")


class AiMessage(models.Model):
    _inherit = "l10n_cl_ai.message"

    def _for_api(self):
        """Return the answer by the contract of ``POST /api/chat/message``.

        ``confidence`` says what the check of sources says, and nothing else: no model is asked how sure it is.
        """
        self.ensure_one()
        return {
            "message": self.text or self._reason_text(),
            "sources": [self._source_words(source) for source in self.sources or []],
            "confidence": self._api_confidence(),
            "session_id": self.conversation_id.uuid,
            "llm_used": self._llm_used(),
            "tokens_used": self._tokens_used(),
            "plugin_used": self.agent_code or "",
            "status": self.status,
            "reason": self.reason or None,
            "reason_text": self._reason_text() or None,
            "unsupported": len(self.marks or []),
            "proposals": [proposal["id"] for proposal in self._proposals()],
        }

    def _source_words(self, source):
        return f"[{source['key']}] {source['title']}" + (f" ({source['url']})" if source["url"] else "")

    def _api_confidence(self):
        if self.status != "done":
            return 0
        if self.marks:
            return _DOUBTED
        return _SUPPORTED if self.sources else _UNSOURCED

    def _requests(self):
        # sudo: l10n_cl_ai.message, l10n_cl_ai.request - what the user's own answer took; texts are not shown
        return self.env["l10n_cl_ai.request"].sudo().browse(self.sudo().request_ids or []).exists()

    def _llm_used(self):
        return next((row.model for row in self._requests() if row.model), None)

    def _tokens_used(self):
        rows = self._requests()
        given = sum(sum(row[name] for name in _GIVEN) for row in rows)
        out = sum(row.output_tokens for row in rows)
        return {"input": given, "output": out, "total": given + out}
