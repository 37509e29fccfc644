"""Our side inside Odoo: companies, analytic accounts and people of a set, and the index that learns it.

What is learned are features, without the bills they would come from, as 350,000 of those would take hours to make; the
postings, the measuring and the proposing are the addon's own, with the rights of a bookkeeper.
"""

import time

from odoo import Command, fields
from odoo.addons.l10n_cl_ai import suggest
from odoo.addons.l10n_cl_ai.models.ai_index_learn import CORRECTION

from .rows import projects_of

GROUPS = ("account.group_account_invoice", "analytic.group_analytic_accounting", "l10n_cl_ai.group_user")


class Ours:
    """The one place where the bench meets the addon's index."""

    def __init__(self, env, material):
        self.env, self.material = env, material
        numbers = sorted({row.company for row in material.rows})
        made = env["res.company"].create([{"name": f"Empresa {number}"} for number in numbers])
        self.companies = dict(zip(numbers, made, strict=True))
        self.kind = "account" if material.target == "account" else "project"
        self.labels = (self._accounts if self.kind == "account" else self._projects)()
        self.names = {(company, ours): theirs for (company, theirs), ours in self.labels.items()}
        self.person = self._person(made)
        indexes = env["l10n_cl_ai.index"]
        self.indexes = {number: indexes._of(company, self.kind) for number, company in self.companies.items()}
        env.cr.commit()

    def _person(self, companies):
        """Return the environment of a bookkeeper."""
        known = [group for name in GROUPS if (group := self.env.ref(name, raise_if_not_found=False))]
        user = self.env["res.users"].create({
            "name": "Contadora", "login": "contadora", "company_id": companies[0].id,
            "company_ids": [Command.set(companies.ids)], "group_ids": [Command.set([group.id for group in known])],
        })  # fmt: skip
        return self.env(user=user.id, context={"allowed_company_ids": companies.ids})

    def _projects(self):
        """Make an analytic account for each project; return {(company, the set's label): ours}."""
        public = ":" not in self.material.rows[0].label  # a programme's number, and no distribution
        parts_of = (lambda label: [label]) if public else projects_of
        wanted = sorted({(row.company, part) for row in self.material.rows for part in parts_of(row.label)})
        plan = self.env["account.analytic.plan"].create({"name": "Obras"})
        made = self.env["account.analytic.account"].create([
            {"name": f"Obra {part}", "plan_id": plan.id, "company_id": self.companies[company].id}
            for company, part in wanted
        ])
        ids = dict(zip(wanted, made.ids, strict=True))
        closed = [ids[place] for place in wanted if place[1] in self.material.closed_projects]
        made.browse(closed).active = False
        return {(row.company, row.label): self._label(row, ids, public) for row in self.material.rows}

    def _label(self, row, ids, public):
        if public:
            return f"{ids[row.company, row.label]}:100"
        shares = {}
        for part in row.label.split(";"):
            project, _colon, share = part.partition(":")
            shares[str(ids[row.company, int(project)])] = float(share)
        return suggest.label_of(shares)

    def _accounts(self):
        wanted = sorted({(row.company, row.account) for row in self.material.rows})
        made = [
            self.env["account.account"].with_company(self.companies[company]).create({
                "name": f"Gasto {code}", "code": code, "account_type": "expense",
                "company_ids": [Command.set(self.companies[company].ids)],
            })
            for company, code in wanted
        ]
        return {place: str(account.id) for place, account in zip(wanted, made, strict=True)}

    # -- what the contest asks for ---------------------------------------------------------------------

    def learn(self, numbers, measure=True):
        """Learn rows, and do what the nightly cron does then; return seconds. :param measure: that it does, too"""
        start, rows = time.perf_counter(), self.material.rows
        for company, index in self.indexes.items():
            index._learn([
                (n + 1, self._line(rows[n]), self.labels[company, self.material.answer(rows[n])], rows[n].date,
                 CORRECTION if rows[n].corrected else 1.0)
                for n in numbers if rows[n].company == company
            ])  # fmt: skip
            self.env.cr.commit()
        learned = time.perf_counter()
        for index in self.indexes.values():
            index.built_at = index.built_at or fields.Datetime.now()
            index._compact()
            self.env.cr.commit()
        self._vacuum()
        compacted = time.perf_counter()
        for index in self.indexes.values() if measure else ():
            index._measure_when_due()
            self.env.cr.commit()
        self.env.invalidate_all()
        measured = time.perf_counter()
        return {"learn_s": learned - start, "compact_s": compacted - learned, "measure_s": measured - compacted}

    def _vacuum(self):
        """Do what autovacuum does after such writing; the house's database may not get to it in time."""
        connection = self.env.cr._cnx
        self.env.cr.commit()
        before, connection.autocommit = connection.autocommit, True
        self.env.cr.execute("VACUUM ANALYZE l10n_cl_ai_index_entry, l10n_cl_ai_index_posting, l10n_cl_ai_index_count")
        connection.autocommit = before

    def _line(self, row):
        """Return the features, put together as those of a bill's line are."""
        product = row.product if row.product.lower() not in row.text.lower() else ""
        return suggest.Line(
            text=" ".join(filter(None, (row.text, product, row.reference))), vendor=row.vendor.replace(" ", ""),
            amount=row.amount, product=row.product.replace(" ", "_"), order=row.order,
        )  # fmt: skip

    def suggest(self, row):
        """Return (labels best first, probability of the first, band); nothing of it was read before."""
        self.env.invalidate_all()
        [found] = self.indexes[row.company]._predict([self._line(row)], self.person, row.date)
        labels = [self.names[row.company, choice.label] for choice in found.choices]
        return labels, found.best.probability if found.best else 0.0, found.band.value

    def suggest_all(self, rows):
        """Suggest for rows of one company together, as for the lines of bills that are chosen in a list."""
        self.env.invalidate_all()
        self.indexes[rows[0].company]._predict([self._line(row) for row in rows], self.person, rows[0].date)

    def look_up(self, row):
        """Return candidates as the tables have them, without the rights of anybody: what other searches do."""
        index = self.indexes[row.company]
        terms = index._terms([self._line(row)])
        [evidence], priors = index._evidence(terms, row.date)
        return suggest.candidates(terms[0], evidence, priors)

    def fitted(self):
        """Return what the indexes say of themselves."""
        kept = ("threshold", "precision", "lower", "coverage", "seen")
        return [{name: (index.fitted or {}).get(name) for name in kept} for index in self.indexes.values()]

    def megabytes(self):
        self.env.cr.execute(
            "SELECT sum(pg_total_relation_size(oid)) / 1e6 FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)",
            [["l10n_cl_ai_index_entry", "l10n_cl_ai_index_posting", "l10n_cl_ai_index_count"]])
        return float(self.env.cr.fetchone()[0])
