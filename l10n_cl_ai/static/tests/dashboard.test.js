import { describe, expect, test } from "@odoo/hoot";
import { manuallyDispatchProgrammaticEvent, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, makeServerError, mockService, defineParams, onRpc } from "@web/../tests/web_test_helpers";

import { board, EMPTY, mountBoard } from "./helpers/dashboard";

describe.current.tags("desktop");
defineMailModels();

const tile = (name) => `[data-tile=${name}]`;
const chile = () => defineParams({ lang_parameters: { decimal_point: ",", thousands_sep: ".", grouping: "[3,0]" } });
const PESOS = { name: "CLP", symbol: "$", position: "before", digits: 0, rate: 950, day: "2026-11-18" };

/** Take note of the actions that are opened from the panel. */
function opened() {
    const actions = [];
    mockService("action", {
        doAction(action) {
            if (action.tag === "l10n_cl_ai.dashboard") {
                return super.doAction(...arguments);
            }
            actions.push(action);
        },
    });
    return actions;
}

test("figures as they are written in Chile", async () => {
    chile();
    await mountBoard(board());
    expect(`${tile("asks")} .o_l10n_cl_ai_board_value`).toHaveText("1.500");
    expect(`${tile("cost")} .o_l10n_cl_ai_board_value`).toHaveText("12,50 USD");
    expect(`${tile("cached")} .o_l10n_cl_ai_board_value`).toHaveText("20 %");
    expect(`${tile("call")} .o_l10n_cl_ai_board_value`).toHaveText("900 ms · 12,3 s");
    expect(`${tile("first")} .o_l10n_cl_ai_board_value`).toHaveText("–");
    expect(`${tile("errors")}`).toHaveClass("o_l10n_cl_ai_board_warning");
    expect(`${tile("waited")}`).not.toHaveClass("o_l10n_cl_ai_board_warning");
});

test("less than a cent is not shown as nothing, and nothing as nothing", async () => {
    const totals = { ...board().totals, cost: 0.000456, saved: 0 };
    await mountBoard(board({ totals }));
    expect(`${tile("cost")} .o_l10n_cl_ai_board_value`).toHaveText("0.00046 USD");
    expect(`${tile("saved")} .o_l10n_cl_ai_board_value`).toHaveText("0.00 USD");
});

test("in pesos beside dollars, and in their place when chosen", async () => {
    chile();
    const asked = await mountBoard(board({ money: PESOS }));
    expect(tile("cost")).toHaveText(/\$ 11\.875/);
    expect("header p").toHaveText(/1 USD = \$ 950/);
    await contains(".o_l10n_cl_ai_board_choices button:contains(CLP)").click();
    expect(".o_l10n_cl_ai_board_parts td:first").toHaveText("$ 11.875");
    expect(asked.length).toBe(1);
});

test("without a rate there is nothing to choose", async () => {
    await mountBoard(board());
    expect(".o_l10n_cl_ai_board_choices button:contains(USD)").toHaveCount(0);
});

test("each chart has its table", async () => {
    await mountBoard(board());
    expect("figure").toHaveCount(5);
    expect("figure canvas[role=img][aria-label]").toHaveCount(5);
    await contains("figure:first summary").click();
    expect(queryAllTexts("figure:first tbody tr:last td")).toEqual(["12.50 USD", "5.00 USD"]);
    await contains("figure:contains(How long) summary").click();
    expect(queryAllTexts("figure:contains(How long) tbody tr:first td")).toEqual(["–", "–", "–", "–"]);
});

test("a figure opens the rows it counts", async () => {
    const actions = opened();
    await mountBoard(board());
    await contains(tile("errors")).click();
    await contains(tile("call")).click();
    await contains("figure:first summary").click();
    await contains("figure:first tbody tr:last button").click();
    await contains("[data-part=user]").click();
    await contains(".o_l10n_cl_ai_board_parts tbody button").click();
    const base = [["company_id", "in", [1]]];
    expect(actions.map(({ domain }) => domain)).toEqual([
        [...base, ["status", "=", "not_evaluated"]],
        [...base, ["call_ms", "!=", false]],
        [...base, ["asked_at", ">=", "2026-11-18 03:00:00"]],
        [...base, ["user_id", "=", 7]],
    ]);
    expect(actions.map(({ views }) => views[0][1])).toEqual(["list", "graph", "list", "list"]);
    expect(actions[1].context.graph_measure).toBe("call_ms");
    expect(actions[0].res_model).toBe("l10n_cl_ai.request");
});

test("what is nothing opens nothing, nor does anything for who may not read the rows", async () => {
    await mountBoard(board({ totals: { ...board().totals, waited: 0 } }));
    expect(`button${tile("cost")}`).toHaveCount(1);
    expect(`div${tile("waited")}`).toHaveCount(1);
});

test("who may not read the rows has figures only", async () => {
    await mountBoard(board({ can_open: false }));
    expect("button.o_l10n_cl_ai_board_tile, figure tbody button, .o_l10n_cl_ai_board_parts tbody button").toHaveCount(
        0,
    );
    expect(tile("cost")).toHaveCount(1);
});

test("nothing asked is said in words, with what holds now", async () => {
    await mountBoard(board(EMPTY));
    expect(".o_l10n_cl_ai_board_empty").toHaveText(/Nothing was asked/);
    expect(".o_l10n_cl_ai_board_tile, figure").toHaveCount(0);
    expect("[data-now=budgets] [role=progressbar]").toHaveCount(1);
});

test("until the figures come it says so, and asks the server once", async () => {
    const later = new Deferred();
    const asked = await mountBoard(() => later);
    expect(".o_l10n_cl_ai_board_loading[role=status]").toHaveCount(1);
    expect("main").toHaveAttribute("aria-busy", "true");
    later.resolve(board());
    await animationFrame();
    await animationFrame();
    expect(".o_l10n_cl_ai_board_loading").toHaveCount(0);
    expect("main").toHaveAttribute("aria-busy", "false");
    expect(asked.length).toBe(1);
});

test("an error is said in the server's words, and one can try again", async () => {
    await mountBoard((call) => {
        if (call === 1) {
            throw makeServerError({ message: "The panel shows 400 days at most." });
        }
        return board();
    });
    expect("[role=alert]").toHaveText(/400 days/);
    expect(tile("cost")).toHaveCount(0);
    await contains("[role=alert] button").click();
    expect("[role=alert]").toHaveCount(0);
    expect(tile("cost")).toHaveCount(1);
});

test("period, feature and company are asked of the server", async () => {
    const companies = [
        { id: 1, name: "Uno" },
        { id: 2, name: "Dos" },
    ];
    const asked = await mountBoard(board({ companies }));
    await contains("select[name=period]").select("7days");
    await contains("select[name=feature]").select("chat");
    await contains("select[name=company]").select("2");
    expect(asked.map(({ period, feature, company_ids }) => [period, feature, company_ids])).toEqual([
        ["month", false, undefined],
        ["7days", false, undefined],
        ["7days", "chat", undefined],
        ["7days", "chat", [2]],
    ]);
});

test("days of one's own choice begin with those on screen", async () => {
    const asked = await mountBoard(board());
    expect("input[type=date]").toHaveCount(0);
    await contains("select[name=period]").select("custom");
    expect(queryOne("input[name=from]").value).toBe("2026-11-17");
    const from = queryOne("input[name=from]");
    from.value = "2026-10-01";
    await manuallyDispatchProgrammaticEvent(from, "change");
    await animationFrame();
    expect(asked.at(-1)).toEqual({
        period: "custom",
        date_from: "2026-10-01",
        date_to: "2026-11-18",
        feature: false,
        simulated: false,
        hurry: true,
    });
});

test("the last choice wins, whichever answer comes first", async () => {
    const slow = new Deferred();
    await mountBoard((call) => (call === 2 ? slow : board({ totals: { ...board().totals, asks: call } })));
    await contains("select[name=period]").select("7days");
    await contains("select[name=period]").select("today");
    slow.resolve(board({ totals: { ...board().totals, asks: 999 } }));
    await animationFrame();
    expect(`${tile("asks")} .o_l10n_cl_ai_board_value`).toHaveText("3");
});

test("what a stand-in answered is told apart", async () => {
    const asked = await mountBoard((call) => board(call === 2 ? {} : { elsewhere: { asks: 12, cost: 0.5 } }));
    expect("[data-notice=elsewhere]").toHaveText(/not counted here — questions: 12, cost: 0.50 USD/);
    await contains("[data-notice=elsewhere] button").click();
    expect(asked.at(-1).simulated).toBe(true);
    expect("[data-notice=simulated]").toHaveCount(1);
    await contains("[data-notice=simulated] button").click();
    expect(asked.at(-1).simulated).toBe(false);
});

test("without simulated rows nothing is said of them", async () => {
    await mountBoard(board());
    expect("[data-notice]").toHaveCount(0);
});

test("budgets by their color and in words", async () => {
    const [budget] = board().budgets;
    await mountBoard(
        board({
            budgets: [
                budget,
                { ...budget, percent: 120, spent: 60, reserved: 0 },
                { ...budget, percent: 5 },
                { ...budget, alert: 90 },
            ],
        }),
    );
    const classes = [...document.querySelectorAll(".progress-bar")].map((bar) => bar.className.split("bg-")[1]);
    expect(classes).toEqual(["warning", "danger", "success", "success"]);
    expect(queryOne("[data-now=budgets] [role=progressbar]:first").ariaValueText).toMatch(
        /40.00.USD spent and 1.00.USD reserved of 50.00.USD/,
    );
});

test("breakers and queues, or that there is nothing to say", async () => {
    const models = [
        { model: "m-1", state: "open", until: "2026-11-18 15:00:00", faults: 5 },
        { model: "m-2", state: "half_open", until: "2026-11-18 14:00:00", faults: 0 },
        { model: "m-3", state: "faults", until: null, faults: 2 },
    ];
    const queues = [
        { model: "q", name: "Reviews", queued: 3, running: 1, minutes: 130, batch: false, can_open: true, domain: [] },
    ];
    await mountBoard((call) => board(call === 1 ? { breakers: { redis: "off", models }, queues } : {}));
    expect(queryAllTexts("[data-now=provider] li")[0]).toMatch(/m-1 rests after faults/);
    expect(queryAllTexts("[data-now=provider] li")[2]).toMatch(/2 faults/);
    expect("[data-now=queues] li").toHaveText(/3 waiting, the oldest for 2 h; 1 under way/);
    await contains("button[title='Read the figures again']").click();
    expect("[data-now=provider] li, [data-now=queues] li").toHaveCount(0);
    expect("[data-now=queues]").toHaveText(/Nothing waits/);
});

test("while the days are summed up it says so, has it done, and looks again", async () => {
    const woken = [];
    onRpc("l10n_cl_ai.dashboard", "sum_up_soon", () => woken.push(true) && true);
    const asked = await mountBoard((call) => (call < 3 ? { adding: 30 - call } : board()));
    expect(".o_l10n_cl_ai_board_loading").toHaveText(/The sums of 29 days are being made/);
    await advanceTime(1000);
    await animationFrame();
    expect(".o_l10n_cl_ai_board_loading").toHaveText(/The sums of 28 days are being made/);
    await advanceTime(1000);
    await animationFrame();
    expect(".o_l10n_cl_ai_board_loading").toHaveCount(0);
    expect(tile("asks")).toHaveCount(1);
    expect(woken.length).toBe(1);
    expect(asked.map(({ hurry }) => hurry)).toEqual([true, true, true]);
});

test("where nobody sums them up it is read all the same", async () => {
    onRpc("l10n_cl_ai.dashboard", "sum_up_soon", () => false);
    const asked = await mountBoard((call) => (call === 1 ? { adding: 30 } : board()));
    await advanceTime(0);
    await animationFrame();
    expect(tile("asks")).toHaveCount(1);
    expect(asked.map(({ hurry }) => hurry)).toEqual([true, false]);
});

test("Redis that is lost is told", async () => {
    await mountBoard(board({ breakers: { redis: "down", models: [] } }));
    expect("[data-redis=down]").toHaveText(/Redis does not answer/);
});
