"""Metrics of this moment: budgets, costs of the day, breaker, queues, crons."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..llm.exposition import Family
from .ai_gateway import _engine
from .ai_queued import OPEN
from .ai_secret_reading import base_url

BREAKER = {"closed": 0, "half_open": 1, "open": 2}
#: States of a batch that is not at its end.
_BATCH_OPEN = ("draft", "sending", "submitted", "collecting")


class AiMetrics(models.AbstractModel):
    _inherit = "l10n_cl_ai.metrics"

    def _gauges(self, names, companies):
        info = Family("l10n_cl_ai_company_info", "gauge", "Name of a company, by its id.")
        for company, name in companies.items():
            label = names.of("company", company)
            if label == str(company):
                info.add(1, company=label, name=name)
        return [
            *super()._gauges(names, companies),
            info,
            *self._gauges_budgets(names),
            *self._gauges_queues(),
            *self._gauges_crons(),
            self._gauge_breaker(names),
        ]

    def _gauges_budgets(self, names):
        """Return how much of each limit is used; of those for a user or a feature only the most used."""
        ratio = Family(
            "l10n_cl_ai_budget_used_ratio", "gauge",
            "Share of a limit that is spent or reserved; of limits of users or features the most used.")
        limit = Family("l10n_cl_ai_budget_limit_usd", "gauge", "US dollars that a company may spend.")
        spent = Family("l10n_cl_ai_budget_spent_usd", "gauge", "US dollars that a company's budget has spent.")
        today = self._today()
        rows = self.env.execute_query(SQL(_BUDGETS, today=today, month=today.replace(day=1)))
        for company, period, scope, *amounts in rows:
            labels = {"company": names.of("company", company), "period": period}
            usd, used, booked = map(Decimal, amounts)
            # A limit of nothing is used up from the start.
            ratio.most(round(float(used / usd), 6) if usd else 1.0, **labels, scope=scope)
            if scope == "company":
                limit.add(usd, **labels)
                spent.add(booked, **labels)
        return [ratio, limit, spent]

    def _gauge_breaker(self, names):
        """Return whether each model's provider is left alone, as Redis or else PostgreSQL knows it."""
        family = Family(
            "l10n_cl_ai_breaker_state", "gauge", "Whether calls go to a model: 0 yes, 1 one to try, 2 none.")
        for model, state in self._breaker_states().items():
            family.most(BREAKER[state], model=names.of("model", model))
        return family

    def _breaker_states(self):
        """Return {model: state of its breaker} at the address in force."""
        keys = self._breaker_keys()
        states = _engine(self.env).stores.breaker.states(list(keys)) if keys else {}
        return {keys[key]: state for key, state in states.items()}

    def _breaker_keys(self):
        """Return {key of a breaker: its model} at the address in force."""
        try:
            address = base_url(self.env)
        except UserError:  # one that is not allowed: nothing is asked
            return {}
        return {f"{address}|{model}": model for (model,) in self.env.execute_query(SQL(_MODELS))}

    def _gauges_queues(self):
        """Return what waits in the background, and for how long what could be asked has waited."""
        length = Family("l10n_cl_ai_queue_length", "gauge", "Questions in the background, waiting or under way.")
        oldest = Family(
            "l10n_cl_ai_queue_oldest_seconds", "gauge", "How long the oldest waits of those that may be asked.")
        for queue, found in self._queue_states().items():
            for state in OPEN:
                length.add(found["length"].get(state, 0), queue=queue, state=state)
            oldest.add(found["oldest"], queue=queue)
        batches = Family("l10n_cl_ai_batches_open", "gauge", "Mass reviews that are not at their end.")
        counts = dict(self.env.execute_query(SQL(_BATCHES, _BATCH_OPEN)))
        for state in _BATCH_OPEN:
            batches.add(counts.get(state, 0), state=state)
        return [length, oldest, batches]

    def _queue_states(self):
        """Return {queue: {"length": {state: n}, "oldest": seconds}}."""
        queues = [(name.removeprefix("l10n_cl_ai."), self.env[name]._table)
                  for name in self.env["l10n_cl_ai.queued"]._queues()]
        found = {queue: {"length": {}, "oldest": 0} for queue, _table in queues}
        rows = self.env.execute_query(SQL(" UNION ALL ").join(
            SQL(_QUEUE, queue=queue, table=SQL.identifier(table), open=OPEN) for queue, table in queues))
        for queue, state, n, seconds in rows:
            found[queue]["length"][state] = n
            found[queue]["oldest"] = max(found[queue]["oldest"], int(seconds))
        return found

    def _gauges_crons(self):
        late = Family("l10n_cl_ai_cron_late_seconds", "gauge", "How long ago a scheduled action should have begun.")
        active = Family("l10n_cl_ai_cron_active", "gauge", "Whether a scheduled action is switched on.")
        for name, on, seconds, _interval in self._cron_states():
            late.add(int(seconds), cron=name)
            active.add(int(on), cron=name)
        return [late, active]

    def _cron_states(self):
        """Return (name, whether on, seconds by which it is late, seconds between two runs) of our scheduled actions."""
        return self.env.execute_query(SQL(_CRONS))


_CRONS = """
    SELECT d.name, c.active,
           CASE WHEN c.active THEN greatest(extract(epoch FROM (now() AT TIME ZONE 'UTC') - c.nextcall), 0) ELSE 0 END,
           extract(epoch FROM c.interval_number * ('1 ' || c.interval_type)::interval)
      FROM ir_model_data d JOIN ir_cron c ON c.id = d.res_id
     WHERE d.module = 'l10n_cl_ai' AND d.model = 'ir.cron'
     ORDER BY d.name
"""
_MODELS = "SELECT name FROM l10n_cl_ai_model WHERE active AND lifecycle <> 'retired' ORDER BY id"
_BATCHES = "SELECT state, count(*) FROM l10n_cl_ai_batch WHERE state IN %s GROUP BY state"
_QUEUE = """
    SELECT %(queue)s, state, count(*),
           coalesce(extract(epoch FROM (now() AT TIME ZONE 'UTC') - min(create_date) FILTER (
               WHERE state = 'queued' AND (not_before IS NULL OR not_before < now() AT TIME ZONE 'UTC'))), 0)
      FROM %(table)s
     WHERE state IN %(open)s AND coalesce(batch_ref, 0) = 0
     GROUP BY state
"""
# An odd id of a company's default is its month's; it counts only where the company has no budget of its own.
_BUDGETS = """
    SELECT b.company_id, b.period,
           concat_ws('_', CASE WHEN b.user_id IS NOT NULL THEN 'user' END,
                          CASE WHEN b.feature_id IS NOT NULL THEN 'feature' END,
                          CASE WHEN b.user_id IS NULL AND b.feature_id IS NULL THEN 'company' END),
           b.limit_usd::text, (coalesce(n.spent, 0) + coalesce(n.reserved, 0))::text, coalesce(n.spent, 0)::text
      FROM l10n_cl_ai_budget b
      LEFT JOIN l10n_cl_ai_budget_counter n ON n.budget_id = b.id AND NOT n.simulated
       AND n.period_start = CASE b.period WHEN 'month' THEN %(month)s ELSE %(today)s END
     WHERE b.active
     UNION ALL
    SELECT n.company_id, CASE WHEN n.budget_id & 1 = 1 THEN 'month' ELSE 'day' END, 'company',
           n.limit_usd::text, (n.spent + n.reserved)::text, n.spent::text
      FROM l10n_cl_ai_budget_counter n
     WHERE n.budget_id < 0 AND NOT n.simulated
       AND n.period_start = CASE WHEN n.budget_id & 1 = 1 THEN %(month)s ELSE %(today)s END
       AND NOT EXISTS (SELECT FROM l10n_cl_ai_budget b WHERE b.active AND b.company_id = n.company_id
                          AND b.user_id IS NULL AND b.feature_id IS NULL)
"""
