"""``POST /api/ai/analytics/suggest_project``: the project of a purchase, from the company's own rules and history."""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, models

from .. import suggest
from ..dte.rut import normalize

#: Candidates told beside the answer.
MOST_CANDIDATES = 5


@dataclass
class Weighed:
    """What speaks for one analytic account, over all lines.

    :param share: chance that a peso of the purchase belongs to it
    :param methods: {method: how much of the share it brings}
    :param lines: positions of the lines whose likeliest candidate it is
    :param sources: ids of the lines it was learned from
    """

    share: float = 0.0
    methods: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    lines: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)

    @property
    def method(self):
        return max(self.methods, key=lambda name: (self.methods[name], name))


class AiApi(models.AbstractModel):
    _inherit = "l10n_cl_ai.api"

    @api.model
    def _suggest_project(self, asked):
        """Return the answer about a purchase (``SuggestAsked``). No network, nothing is kept."""
        partner = self._supplier(asked)
        projects = self._projects(asked.project_ids)
        index = self.env["l10n_cl_ai.index"]._of(self.env.company, "project")
        lines = [suggest.Line(text=text, vendor=str(partner.id or ""), amount=amount) for text, amount in asked.lines]
        predictions = self._ruled(index._predict(lines, self.env), partner)
        weighed = self._weighed(lines, predictions)
        ranked = sorted(
            ((weighed[account], project) for account, project in projects.items() if account in weighed),
            key=lambda pair: (-pair[0].share, pair[1].id),
        )
        best, project = ranked[0] if ranked else (None, None)
        band = self._band(best, suggest.Fitted.from_json(index.fitted))
        proposed = project if band is not suggest.Band.UNKNOWN else None
        return {
            "project_id": proposed.id if proposed else None,
            "project_name": proposed.name if proposed else None,
            "confidence": _percent(best),
            "reasoning": self._reasoning(asked, partner, projects, best, project, band),
            "method": best.method if best else "none",
            "band": band.value,
            "candidates": [
                {"project_id": one.id, "project_name": one.name, "confidence": _percent(known), "method": known.method}
                for known, one in ranked[:MOST_CANDIDATES]
            ],
        }

    # -- what is asked about -----------------------------------------------------------------------------

    @api.model
    def _supplier(self, asked):
        """Return the commercial partner meant, of those of the company that the user may see; none where nobody is.

        An id that goes with another RUT than the one sent is of another database: then the RUT decides.
        """
        partners = self.env["res.partner"].with_context(active_test=False)
        own = [("company_id", "in", (False, self.env.company.id))]
        rut = normalize(asked.partner_vat)
        if asked.partner_id:
            found = partners.search([("id", "=", asked.partner_id), *own]).commercial_partner_id
            theirs = normalize(found.vat or None)
            if found and not (rut and theirs and rut != theirs):
                return found
        if not rut:
            return partners.browse()
        return partners.search([("vat", "in", _written(rut)), *own], order="id", limit=1).commercial_partner_id

    @api.model
    def _projects(self, ids):
        """Return {id of the analytic account: project} of what may be answered: open, the company's, the user's to see.

        :param ids: of the projects sent; None where none were
        """
        projects = self.env["project.project"]
        if not projects.has_access("read"):
            return {}
        domain = [("account_id", "!=", False), ("is_template", "=", False),
                  ("company_id", "in", (False, self.env.company.id))]  # fmt: skip
        found = projects.search(domain if ids is None else [*domain, ("id", "in", list(ids))], order="id")
        # sudo: stages are a group's to see, and say whether a project that he may read is closed
        return {one.account_id.id: one for one in found if not one.sudo().stage_id.fold}

    # -- what speaks for it ------------------------------------------------------------------------------

    @api.model
    def _ruled(self, predictions, partner):
        """Return these with what one of Odoo's distribution models says of the supplier put first: rules win."""
        rules = self.env["account.analytic.distribution.model"]
        if not partner or not rules.has_access("read"):
            return predictions
        told = {"partner_id": partner.id, "partner_category_id": partner.category_id.ids,
                "company_id": self.env.company.id}  # fmt: skip
        label = suggest.label_of(rules._get_distribution(told))
        visible = self.env["l10n_cl_ai.suggestion"]._visible("project", {label} - {""}, self.env.company)
        return [found.ruled(label) for found in predictions] if label in visible else predictions

    @api.model
    def _weighed(self, lines, predictions):
        """Return {id of an analytic account: what speaks for it}; a line counts by its amount."""
        total = sum(abs(line.amount) for line in lines)
        found = defaultdict(Weighed)
        for at, (line, prediction) in enumerate(zip(lines, predictions, strict=True)):
            weight = abs(line.amount) / total if total else 1 / len(lines)
            for choice in prediction.choices:
                for key, percent in suggest.distribution_of(choice.label).items():
                    for account in map(int, key.split(",")):
                        part = weight * choice.probability * min(max(percent, 0), 100) / 100
                        found[account].share += part
                        found[account].methods[choice.method] += part
                        found[account].sources.update(choice.sources)
                        if choice is prediction.best:
                            found[account].lines.add(at)
        return found

    @api.model
    def _band(self, best, fitted):
        if best is None:
            return suggest.Band.UNKNOWN
        if best.method == "rule" and _percent(best) == 100:
            return suggest.Band.AUTO
        return fitted.band(best.share)

    # -- in words ----------------------------------------------------------------------------------------

    @api.model
    def _reasoning(self, asked, partner, projects, best, project, band):
        """Return what the answer rests on, in the user's language."""
        parts = [self._verdict(asked, projects, best, project, band)]
        if not partner:
            parts.append(self.env._("The supplier was found neither by id nor by RUT: only the texts count."))
        if asked.has_purchases:
            parts.append(self.env._("historical_purchases was not used: the company's own posted bills decide."))
        return " ".join(parts)

    @api.model
    def _verdict(self, asked, projects, best, project, band):
        if not projects:
            return self.env._("None of the projects is open, of this company, and to be seen by the user of this key.")
        if best is None:
            return self.env._("Nothing that was posted so far says to which of the projects this belongs.")
        methods = dict(self.env["l10n_cl_ai.suggestion"]._fields["method"]._description_selection(self.env))
        told = {
            "method": methods[best.method], "project": project.name, "percent": _percent(best),
            "lines": len(best.lines), "all": len(asked.lines), "sources": len(best.sources),
        }  # fmt: skip
        if band is suggest.Band.UNKNOWN:
            return self.env._(
                "Not known: the likeliest project reaches only %(percent)s %% (%(method)s; %(lines)s of %(all)s lines "
                "point to it, after %(sources)s posted lines).",
                **told,
            )
        if best.method == "rule":
            return self.env._("%(method)s: an analytic distribution model of the company names “%(project)s”.", **told)
        return self.env._(
            "%(method)s: %(lines)s of %(all)s lines point to “%(project)s”, after %(sources)s posted lines.", **told
        )


def _percent(known):
    return min(max(round(100 * known.share), 0), 100) if known else 0


def _written(rut):
    """Return the ways in which a RUT is written in partners."""
    body, _hyphen, check = rut.partition("-")
    dotted = f"{int(body):,}".replace(",", ".")
    bare = [f"{body}-{check}", f"{body}{check}", f"{dotted}-{check}"]
    return [prefix + one for one in bare for prefix in ("", "CL")]
