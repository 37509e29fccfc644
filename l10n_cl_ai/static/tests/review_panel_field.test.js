import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, getService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const REMARK = {
    id: 31,
    code: "J05",
    topic: "Exento o afecto",
    source: "DL 825, art. 12",
    action: "warn",
    place: "Línea 1 · Nombre del ítem",
    quote: "Arriendo <b>amoblado</b>",
    reason: "Está afecto <img src=x onerror=alert(1)>",
    suggestion: "Factura afecta",
    confidence: 92,
    feedback: "",
};
const PANEL = {
    id: 5,
    state: "done",
    shown: "warn",
    state_label: "Listo",
    reason: "",
    reason_message: "",
    not_before: false,
    asked_by: "Contadora",
    recommendation: "review",
    recommendation_label: "Mírelo primero",
    confidence: 70,
    left_out: [],
    looked_by: "",
    is_answered: false,
    needs_look: false,
    may_look: false,
    may_judge: true,
    may_cancel: true,
    remarks: [REMARK],
};

class Move extends models.Model {
    _name = "move";

    name = fields.Char();
    panel = fields.Generic({ type: "json" });
    badge = fields.Selection({
        selection: [
            ["queued", "Espera"],
            ["warn", "Advierte"],
        ],
    });

    _records = [{ id: 7, name: "Factura 101", panel: PANEL, badge: "queued" }];
}

defineMailModels();
defineModels([Move]);

const FORM = `<form><field name="name"/><field name="panel" widget="l10n_cl_ai_review_panel" readonly="1"/></form>`;
const LIST = `<list><field name="name"/><field name="badge" widget="l10n_cl_ai_live_badge"/></list>`;

function withPanel(changes) {
    Move._records = [{ id: 7, name: "Factura 101", panel: { ...PANEL, ...changes }, badge: "queued" }];
}

/** What the bus does when the background moved a review of this document. */
function moved(move) {
    const detail = { model: "l10n_cl_ai.review", records: [{ id: 5, state: "done", move }] };
    getService("l10n_cl_ai.queue").bus.trigger("moved", detail);
}

test("a remark stands with quote, suggestion and source, as text and never as markup", async () => {
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_remark[data-code=J05]").toHaveCount(1);
    expect(".o_l10n_cl_ai_remark img, .o_l10n_cl_ai_remark b").toHaveCount(0);
    expect(".o_l10n_cl_ai_remark blockquote").toHaveText(/Arriendo <b>amoblado<\/b>/);
    expect(".o_l10n_cl_ai_review").toHaveText(/DL 825, art. 12/);
});

test("what was not evaluated says why, and never that nothing was found", async () => {
    withPanel({ state: "not_evaluated", shown: "not_evaluated", remarks: [], reason_message: "No hay presupuesto." });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review").toHaveText(/No hay presupuesto/);
    expect(".o_l10n_cl_ai_review").not.toHaveText(/nothing to add/);
});

test("what was read before the last change shows no recommendation", async () => {
    withPanel({ shown: "stale" });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review").not.toHaveText(/Mírelo primero/);
});

test("an estimate is shown of what was judged, and until somebody has answered", async () => {
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review").toHaveText(/70 %/);
});

test("what was not judged has no chance in percent", async () => {
    withPanel({ state: "not_evaluated", shown: "not_evaluated", remarks: [], recommendation: "not_evaluated" });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review").not.toHaveText(/70 %/);
});

test("once the SII or the customer answered nothing is recommended", async () => {
    withPanel({ is_answered: true });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review").not.toHaveText(/Mírelo primero|70 %/);
    expect(".o_l10n_cl_ai_remark").toHaveCount(1);
});

test("parts that were not read are named", async () => {
    withPanel({ left_out: ["Detalle[800]"] });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review [role=alert]").toHaveText(/Detalle\[800\]/);
});

test("useful or not goes to the server, and is taken back by a second press", async () => {
    onRpc("l10n_cl_ai.review.finding", "action_feedback", ({ args }) => {
        expect.step(JSON.stringify(args));
        withPanel({ remarks: [{ ...REMARK, feedback: args[1] || "" }] });
        return true;
    });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    await contains(".o_l10n_cl_ai_useful").click();
    expect.verifySteps(['[[31],"useful"]']);
});

test("who may not judge, cancel or look has no button for it", async () => {
    withPanel({ state: "queued", shown: "queued", may_cancel: false, may_judge: false, needs_look: true });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    expect(".o_l10n_cl_ai_review button").toHaveCount(0);
});

test("the form follows its document's review, and no other's", async () => {
    withPanel({ state: "running", shown: "running", remarks: [], recommendation: "" });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    onRpc("move", "web_read", () => expect.step("read"));
    moved(8);
    await animationFrame();
    expect.verifySteps([]);
    moved(7);
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["read"]);
});

test("news of the background do not throw away what somebody types", async () => {
    await mountView({ type: "form", resModel: "move", resId: 7, arch: FORM });
    onRpc("move", "web_read", () => expect.step("read"));
    await contains("[name=name] input").edit("Factura 102");
    moved(7);
    await animationFrame();
    await animationFrame();
    expect.verifySteps([]);
    expect("[name=name] input").toHaveValue("Factura 102");
});

test("a badge in a list follows without reloading the list", async () => {
    await mountView({ type: "list", resModel: "move", arch: LIST });
    expect(queryAllTexts(".o_field_widget[name=badge]")).toEqual(["Espera"]);
    onRpc("move", "web_search_read", () => expect.step("list"));
    onRpc("move", "web_read", () => [{ id: 7, name: "Factura 101", badge: "warn" }]);
    moved(7);
    await animationFrame();
    await animationFrame();
    expect(queryAllTexts(".o_field_widget[name=badge]")).toEqual(["Advierte"]);
    expect.verifySteps([]);
});
