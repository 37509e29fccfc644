"""From a line that the history does not tell about to the question that the AI is asked."""

from dataclasses import replace

from odoo import api, models

from .. import suggest
from ..llm.question import Ask
from .ai_queued import NotAsked
from .record_names import private_names

#: Candidates of the prediction itself; the other places are for those of similar lines, then for open projects.
_PREDICTED = 5
#: Open projects, the newest first, whose names are compared with the line's text.
_MOST_PROJECTS = 2000
FEATURE = "project_suggestion"


class AiSuggestionHandler(models.AbstractModel):
    """Reads with the rights of who asked: what he may not see is neither sent nor can it be answered."""

    _name = "l10n_cl_ai.suggestion.handler"
    _inherit = "l10n_cl_ai.feature.handler"
    _description = "Project of a bill's line, asked of the AI"

    @api.model
    def _question(self, suggestion):
        """Return what to ask about a suggestion (``Ask``). Writes nothing.

        :raise NotAsked: the feature is off, or there is nothing to choose from
        """
        feature = self.env["l10n_cl_ai.feature"]._for(FEATURE, suggestion.company_id)
        if not feature:
            raise NotAsked("disabled")
        line = suggestion.line_id
        near = self._near(line)
        labels = self._labels(line, near)
        names = self._names(labels, feature)
        offers = tuple(suggest.Offer(label, names[label]) for label in labels if label in names)
        told, booked = self._earlier(near, feature)
        inquiry = suggest.Inquiry(self._told(line, feature), offers, told)
        if not inquiry.offers or not inquiry.line.text:
            raise NotAsked("nothing_to_choose")
        spoken_of = booked.move_id.partner_id | booked.partner_id | self._customers(names)
        return Ask(
            feature=FEATURE,
            system=suggest.ASK_SYSTEM,
            content=inquiry.content(),
            schema=inquiry.schema,
            parse=suggest.chosen_by(inquiry),
            record=line.move_id,
            private=private_names(spoken_of),
            version=suggest.ASK_VERSION,
        )

    @api.model
    def _near(self, line):
        """Return what the index knows (labels, neighbours). Without the bill's number: equal lines ask equally."""
        texts = (line.name, line.product_id.name)
        features = replace(line._l10n_cl_ai_features(), text=" ".join(dict.fromkeys(filter(None, texts))))
        return self.env["l10n_cl_ai.index"]._of(line.company_id, "project")._around(features, self.env)

    @api.model
    def _labels(self, line, near):
        """Return the candidates' labels, the likeliest first: of the prediction, of similar lines, of open projects."""
        predicted, neighbours = near
        of_lines = [one.label for one in neighbours[: suggest.MOST_EARLIER]]
        labels = list(dict.fromkeys([*predicted[:_PREDICTED], *of_lines]))
        room = suggest.MOST_OFFERS - len(labels)
        if room > 0:
            taken = {account for label in labels for account in suggest.accounts_of(label)}
            labels += [label for label in self._open_projects(line, taken) if label not in labels][:room]
        return labels[: suggest.MOST_OFFERS]

    @api.model
    def _open_projects(self, line, taken):
        """Return labels of the company's open projects that the user may see, best fitting name first."""
        # sudo: only which analytic accounts are projects'; what the user may see of them is looked at below
        projects = self.env["project.project"].sudo().search(
            [("account_id", "!=", False), ("account_id", "not in", list(taken)), ("is_template", "=", False),
             ("company_id", "in", (False, line.company_id.id))], order="id desc", limit=_MOST_PROJECTS,
        )  # fmt: skip
        labels = [f"{account_id}:100" for account_id in dict.fromkeys(projects.account_id.ids)]
        visible = self.env["l10n_cl_ai.suggestion"]._visible("project", set(labels), line.company_id)
        accounts = self.env["account.analytic.account"].browse(
            [int(label.partition(":")[0]) for label in labels if label in visible]
        )
        names, text = self._projects_of(accounts), f"{line.name or ''} {line.product_id.name or ''}"
        named = [(f"{one.id}:100", names[one].name if one in names else one.name) for one in accounts]
        return suggest.ranked(text, named)

    @api.model
    def _projects_of(self, accounts):
        """Return {analytic account: its newest open project that the user may read}."""
        projects = self.env["project.project"]
        if not projects.has_access("read"):
            return {}
        found = projects.search([("account_id", "in", accounts.ids), ("is_template", "=", False)], order="id desc")
        return {account: own[0] for account, own in found.grouped("account_id").items()}

    @api.model
    def _names(self, labels, feature):
        """Return {label: name that may leave}. What may not be named is left out."""
        ids = sorted({account for label in labels for account in suggest.accounts_of(label)})
        accounts = self.env["account.analytic.account"].browse(ids)
        projects = self._projects_of(accounts)
        words = {}
        for account in accounts:
            allowed = feature._only_allowed(
                {
                    "project.project.name": projects[account].name if account in projects else None,
                    "account.analytic.account.name": account.name,
                }
            )
            words[account.id] = next(filter(None, allowed.values()), None)
        names = {label: self._called(label, words) for label in labels}
        return {label: name for label, name in names.items() if name}

    @api.model
    def _customers(self, labels):
        """Return for whom the projects of these labels are: they are often called by them."""
        ids = {account for label in labels for account in suggest.accounts_of(label)}
        # sudo: whom a project is for is masked also where the user may not read it; nothing of it is shown
        accounts = self.env["account.analytic.account"].sudo().browse(ids)
        projects = self.env["project.project"].sudo().with_context(active_test=False)
        return accounts.partner_id | projects.search([("account_id", "in", list(ids))]).partner_id

    @api.model
    def _called(self, label, words):
        shares = suggest.distribution_of(label)
        parts = []
        for key, share in shares.items():
            named = [words[int(one)] for one in key.split(",")]
            if not all(named):
                return None
            percent = "" if len(shares) == 1 and share == 100 else f" {share:g} %"
            parts.append(" / ".join(named) + percent)
        return " + ".join(parts)

    @api.model
    def _earlier(self, near, feature):
        """Return (similar lines as they are told, the lines), of those that the user may read."""
        neighbours = near[1][: suggest.MOST_EARLIER]
        lines = self.env["account.move.line"].search([("id", "in", [one.source for one in neighbours])])
        by_id = {line.id: line for line in lines}
        told = [self._told(by_id[one.source], feature, one.label) for one in neighbours if one.source in by_id]
        return tuple(told), lines

    @api.model
    def _told(self, line, feature, label=""):
        date = line.move_id.invoice_date
        allowed = feature._only_allowed(
            {
                "account.move.line.name": line.name,
                "account.move.invoice_date": date and date.strftime("%Y-%m"),
                "account.move.line.balance": abs(line.balance),
            }
        )
        return suggest.Told(
            allowed.get("account.move.line.name") or None,
            allowed.get("account.move.invoice_date") or None,
            allowed.get("account.move.line.balance"),
            label,
            line.id,
        )
