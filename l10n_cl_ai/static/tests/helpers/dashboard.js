import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup, onRpc, getService } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

const NOTHING = {
    asks: 0,
    called: 0,
    answered: 0,
    cached: 0,
    waited: 0,
    failed: 0,
    running: 0,
    cost: 0,
    saved: 0,
    unconfirmed: 0,
};
const TIMES = { call_p50: null, call_p95: null, first_p50: null, first_p95: null };

/** A board as the server gives it; by default of two days with some questions. */
export function board(values = {}) {
    const figures = {
        ...NOTHING,
        asks: 1500,
        called: 1200,
        answered: 1000,
        cached: 250,
        failed: 250,
        cost: 12.5,
        saved: 3.125,
    };
    return {
        first: "2026-11-17",
        last: "2026-11-18",
        companies: [{ id: 1, name: "Comercial Ñuble" }],
        company_ids: [1],
        features: [
            { key: "chat", name: "Asistente" },
            { key: "dte_review", name: "Revisión" },
        ],
        can_open: true,
        domain: [["company_id", "in", [1]]],
        domains: {
            cost: [["cost", ">", 0]],
            errors: [["status", "=", "not_evaluated"]],
            call: [["call_ms", "!=", false]],
        },
        totals: { ...figures, waited: 7, errors: 200, limited: 50 },
        elsewhere: { asks: 0, cost: 0 },
        days: [
            { day: "2026-11-17", ...NOTHING, ...TIMES, limit: 5, domain: [["asked_at", ">=", "2026-11-17 03:00:00"]] },
            {
                day: "2026-11-18",
                ...figures,
                ...TIMES,
                call_p50: 900,
                call_p95: 12345,
                limit: 5,
                domain: [["asked_at", ">=", "2026-11-18 03:00:00"]],
            },
        ],
        results: [
            {
                key: "unreachable",
                name: "Sin conexión",
                limit: false,
                asks: 200,
                domain: [["reason", "=", "unreachable"]],
            },
            {
                key: "over_budget",
                name: "Sobre presupuesto",
                limit: true,
                asks: 50,
                domain: [["reason", "=", "over_budget"]],
            },
        ],
        times: { call: { p50: 900, p95: 12345, n: 1200 } },
        by: {
            feature: [
                { key: "chat", name: "Asistente", ...figures, call_p95: 12345, domain: [["feature", "=", "chat"]] },
            ],
            company: [{ key: 1, name: "Comercial Ñuble", ...figures, domain: [["company_id", "=", 1]] }],
            user: [{ key: 7, name: "Contadora", ...figures, domain: [["user_id", "=", 7]] }],
            model: [{ key: "m-1", name: "m-1", ...figures, domain: [["model", "=", "m-1"]] }],
        },
        money: null,
        budgets: [
            {
                company_id: 1,
                company: "Comercial Ñuble",
                period: "month",
                limit: 50,
                spent: 40,
                reserved: 1,
                percent: 82,
                alert: 80,
                default: false,
            },
        ],
        months: [{ start: "2026-11-01", spent: 40, limit: 50 }],
        breakers: { redis: "off", models: [] },
        queues: [],
        running: { asks: 0, reserved: 0, domain: [["state", "=", "running"]] },
        ...values,
    };
}

export const EMPTY = {
    totals: { ...NOTHING, errors: 0, limited: 0 },
    results: [],
    times: {},
    by: { feature: [], company: [], user: [], model: [] },
    months: [],
};

/** The web client with the panel open; `answer` gives or throws what the server would. */
export async function mountBoard(answer) {
    const asked = [];
    onRpc("l10n_cl_ai.dashboard", "get_board", async ({ args, kwargs }) => {
        const options = Object.fromEntries(Object.entries(kwargs));
        delete options.context;
        asked.push({ period: args[0], ...options });
        return typeof answer === "function" ? answer(asked.length) : answer;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "l10n_cl_ai.dashboard", name: "Panel" });
    await animationFrame();
    return asked;
}
