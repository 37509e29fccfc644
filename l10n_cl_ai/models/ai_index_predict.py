"""From the index to proposals for lines: as the user may see them, in a constant number of queries."""

from odoo import models

from .. import suggest


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _predict(self, lines, env, on=None):
        """Return what to propose for lines (list of ``suggest.Prediction``).

        :param lines: list of ``suggest.Line``
        :param env: of the user it is for: what he may not see is not proposed
        :param on: the day from which the age of what was booked is counted; today by default
        """
        self.ensure_one()
        fitted = suggest.Fitted.from_json(self.fitted)
        terms = self._terms(lines)
        evidence, priors = self._evidence(terms, on)
        found = [
            suggest.candidates(one, known, priors, fitted.weights) for one, known in zip(terms, evidence, strict=True)
        ]
        labels = {candidate.label for candidates in found for candidate in candidates}
        visible = env["l10n_cl_ai.suggestion"]._visible(self.kind, labels, self.company_id)
        return [
            suggest.predict(candidates, known, fitted, visible)
            for candidates, known in zip(found, evidence, strict=True)
        ]
