"""What the index knows about one line, for a question to the AI: candidates and nearest lines, with their labels."""

from odoo import models

from .. import suggest


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _around(self, line, env):
        """Return (labels of candidates, likeliest first; nearest lines, best first) that may be shown.

        :param line: ``suggest.Line``
        :param env: of the user it is for
        """
        self.ensure_one()
        terms = self._terms([line])
        [evidence], priors = self._evidence(terms)
        fitted = suggest.Fitted.from_json(self.fitted)
        found = [one.label for one in suggest.candidates(terms[0], evidence, priors, fitted.weights)]
        labels = {*found, *(near.label for near in evidence.neighbours)}
        visible = env["l10n_cl_ai.suggestion"]._visible(self.kind, labels, self.company_id)
        near = [one for one in evidence.neighbours if one.label in visible]
        return [label for label in found if label in visible], near
