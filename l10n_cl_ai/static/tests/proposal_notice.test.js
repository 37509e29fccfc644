import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeMockEnv,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Proposal extends models.Model {
    _name = "l10n_cl_ai.proposal";

    name = fields.Char();

    _records = [
        { id: 1, name: "Factura 101" },
        { id: 2, name: "Factura 102" },
    ];
}

defineMailModels();
defineModels([Proposal]);

const LIST = `<list js_class="l10n_cl_ai_live_list"><field name="name"/></list>`;

/** What the bus says when the background, or a decision, moved proposals. */
function moved(decision, ...ids) {
    const records = ids.map((id) => ({ id, state: "done", decision }));
    getService("l10n_cl_ai.queue").bus.trigger("moved", { model: "l10n_cl_ai.proposal", records });
}

test("proposals that come together are told of once", async () => {
    const told = [];
    mockService("notification", { add: (message) => told.push(message) });
    await makeMockEnv();
    moved("open", 1);
    moved("open", 2, 2);
    await advanceTime(2000);
    expect(told).toEqual(["The AI has answered; proposals to decide upon: 2"]);
});

test("what the AI gave no answer to is told of too, once and with a way to see why", async () => {
    const told = [];
    mockService("notification", {
        add: (message, { type, buttons }) => told.push([message, type]) && buttons[0].onClick(),
    });
    mockService("action", { doAction: (name, { additionalContext }) => expect.step(additionalContext) });
    await makeMockEnv();
    const records = [1, 2].map((id) => ({ id, state: "not_evaluated", decision: false }));
    getService("l10n_cl_ai.queue").bus.trigger("moved", { model: "l10n_cl_ai.proposal", records });
    await advanceTime(2000);
    expect(told).toEqual([["The AI gave no answer, and nothing is proposed, for so many records: 2", "warning"]]);
    expect.verifySteps([{ search_default_waiting: 0, search_default_open: 0, search_default_not_evaluated: 1 }]);
});

test("what nobody has to decide upon is not told of", async () => {
    mockService("notification", { add: (message) => expect.step(message) });
    await makeMockEnv();
    moved("applied", 1);
    moved(false, 2);
    getService("l10n_cl_ai.queue").bus.trigger("moved", {
        model: "l10n_cl_ai.review",
        records: [{ id: 3, state: "done", decision: "open" }],
    });
    await advanceTime(2000);
    expect.verifySteps([]);
});

test("the button opens what waits for a decision", async () => {
    let press;
    mockService("notification", { add: (_message, { buttons }) => (press = buttons[0].onClick) });
    mockService("action", { doAction: (action) => expect.step(action) });
    await makeMockEnv();
    moved("open", 1);
    await advanceTime(2000);
    press();
    expect.verifySteps(["l10n_cl_ai.ai_proposal_action"]);
});

test("what is selected while the list is read stays selected", async () => {
    const read = new Deferred();
    await mountView({ type: "list", resModel: "l10n_cl_ai.proposal", arch: LIST });
    onRpc("l10n_cl_ai.proposal", "web_search_read", async ({ parent }) => {
        await read;
        return parent();
    });
    moved("open", 1);
    await contains(".o_data_row:first .o_list_record_selector input").click();
    read.resolve();
    await animationFrame();
    await animationFrame();
    expect(".o_data_row_selected").toHaveCount(1);
});

test("the list follows, but not under a selection", async () => {
    await mountView({ type: "list", resModel: "l10n_cl_ai.proposal", arch: LIST });
    onRpc("l10n_cl_ai.proposal", "web_search_read", () => expect.step("read"));
    moved("open", 1);
    await animationFrame();
    expect.verifySteps(["read"]);
    await contains(".o_data_row .o_list_record_selector input").click();
    moved("open", 2);
    await animationFrame();
    expect.verifySteps([]);
});
