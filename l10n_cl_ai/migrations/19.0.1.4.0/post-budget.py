"""What a stand-in answered leaves the counters of what was paid: it gets counters of its own."""


def migrate(cr, version):
    """:param version: of the database before"""
    if not version:
        return
    cr.execute(
        """
        WITH mixed AS (
            SELECT counter_id, sum(cost) AS cost, sum(CASE WHEN state = 'running' THEN reserved ELSE 0 END) AS reserved
              FROM l10n_cl_ai_request, unnest(counter_ids) AS counter_id
             WHERE simulated
             GROUP BY counter_id
        ), made AS (
            INSERT INTO l10n_cl_ai_budget_counter
                   (budget_id, company_id, period_start, limit_usd, spent, reserved, simulated)
            SELECT c.budget_id, c.company_id, c.period_start, c.limit_usd, m.cost, m.reserved, true
              FROM mixed m JOIN l10n_cl_ai_budget_counter c ON c.id = m.counter_id AND NOT c.simulated
            ON CONFLICT DO NOTHING
            RETURNING id, budget_id, period_start
        ), moved AS (
            SELECT c.id AS old, made.id AS new, m.cost, m.reserved
              FROM made JOIN l10n_cl_ai_budget_counter c USING (budget_id, period_start)
              JOIN mixed m ON m.counter_id = c.id
        ), left_over AS (
            UPDATE l10n_cl_ai_budget_counter c
               SET spent = greatest(c.spent - m.cost, 0), reserved = greatest(c.reserved - m.reserved, 0)
              FROM moved m
             WHERE c.id = m.old
        )
        UPDATE l10n_cl_ai_request r
           SET counter_ids = (SELECT array_agg(coalesce(m.new, one) ORDER BY place)
                                FROM unnest(r.counter_ids) WITH ORDINALITY AS u(one, place)
                                LEFT JOIN moved m ON m.old = one)
         WHERE r.simulated AND EXISTS (SELECT FROM moved m WHERE m.old = ANY (r.counter_ids))
        """
    )
