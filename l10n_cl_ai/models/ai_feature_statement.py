"""What a feature may send, in the words that a manager accepts."""

import hashlib
import json

from odoo import models

from ..llm.endpoint import shown
from .ai_secret_reading import base_url, recipient


class AiFeature(models.Model):
    _inherit = "l10n_cl_ai.feature"

    def _only_allowed(self, values):
        """Return of {field or path: value} what may leave."""
        self.ensure_one()
        allowed = self._allowed()
        return {name: value for name, value in values.items() if name in allowed}

    def _allowed(self):
        return frozenset((self.allowed_fields or "").splitlines())

    def _statement(self):
        """Return what a person accepts, in the language of the context.

        Raises UserError where the configured address is not allowed: nothing is sent there.
        """
        self.ensure_one()
        parts = [(self.data_sent or "").strip()]
        if self.allowed_fields:
            parts.append(self.env._("Fields that may leave:") + "\n" + self._labelled_fields())
        else:
            parts.append(self.env._("Fields that may leave: none"))
        parts.append(self.env._("Sent to: %(address)s", address=shown(base_url(self.env))))
        return "\n\n".join(parts)

    def _labelled_fields(self):
        return "\n".join(f"- {self._labelled(name)}" for name in sorted(self._allowed()))

    def _labelled(self, name):
        """Return the name of a field with its label, where it is one of this database."""
        model_name, _dot, field_name = name.rpartition(".")
        model = self.env.get(model_name)
        if model is None or field_name not in model._fields:
            return name
        label = model.fields_get([field_name], ["string"]).get(field_name, {}).get("string")
        return f"{label} ({name})" if label else name

    def _digest(self, lang=None):
        """Return what changes when what was accepted changes: the text in a language, the fields, and the recipient.

        Labels of fields are left out: a better translation of them is no reason to ask again.
        """
        text = self.with_context(lang=lang or self.env.lang).data_sent or ""
        content = json.dumps([text.strip(), sorted(self._allowed()), self.sends_data, recipient(self.env)])
        return hashlib.sha256(content.encode()).hexdigest()
