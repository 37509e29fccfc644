import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, getService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const CHIP = {
    id: 31,
    target: "project",
    company: 1,
    state: "open",
    state_words: "Propuesta",
    band: "suggested",
    band_words: "Sugerida",
    method: "history",
    method_words: "Historia",
    label: "5:100",
    proposal: "Edificio <b>Aromos</b>",
    percent: 87,
    hidden: false,
    candidates: [
        { label: "5:100", words: "Edificio <b>Aromos</b>", percent: 87, method_words: "Historia" },
        { label: "5:60;6:40", words: "Aromos 60 % · Quillay 40 %", percent: 9, method_words: "Parecido" },
    ],
    source_count: 2,
    automatic: false,
    by_hand: false,
    applied: "",
    settled: false,
    right: false,
    left: false,
    final: "",
    question: false,
    may_decide: true,
    may_undo: false,
};
const BAR = {
    suggested: 1,
    unknown: 1,
    automatic: 0,
    decided: 0,
    settled: 0,
    right: 0,
    acceptable: 1,
    undoable: 0,
};
const WHY = {
    method: "Por la historia del proveedor.",
    measured: "Acertó 170 de 200.",
    reason: "",
    count: 3,
    sources: [
        {
            id: 1,
            move_id: 77,
            bill: "FAC 1",
            date: "2026-10-02",
            supplier: "Recicladora",
            text: "Hormigón <i>H30</i>",
            amount: 100000,
            currency_id: false,
            booked: "Aromos",
        },
    ],
};

class Line extends models.Model {
    _name = "line";

    name = fields.Char();
    analytic = fields.Char();
    chip = fields.Generic({ type: "json" });

    _records = [{ id: 1, name: "Hormigón", analytic: "", chip: CHIP }];
}

class Bill extends models.Model {
    _name = "bill";

    name = fields.Char();
    bar = fields.Generic({ type: "json" });
    line_ids = fields.One2many({ relation: "line" });

    _records = [{ id: 7, name: "Factura 101", bar: BAR, line_ids: [1] }];
}

defineMailModels();
defineModels([Bill, Line]);

const FORM = `<form>
    <field name="name"/>
    <field name="bar" widget="l10n_cl_ai_suggestion_bar" readonly="1"/>
    <field name="line_ids">
        <list editable="bottom">
            <field name="name"/>
            <field name="analytic"/>
            <field name="chip" widget="l10n_cl_ai_suggestion" readonly="1"/>
        </list>
    </field>
</form>`;

function withChip(changes) {
    Line._records = [{ id: 1, name: "Hormigón", analytic: "", chip: changes && { ...CHIP, ...changes } }];
}

function mountForm() {
    return mountView({ type: "form", resModel: "bill", resId: 7, arch: FORM });
}

test("band, chance, method and project stand in words, and never as markup", async () => {
    await mountForm();
    expect(".o_l10n_cl_ai_badge").toHaveText(/Sugerida\s*87 %/);
    expect(".o_l10n_cl_ai_method").toHaveText("Historia");
    expect(".o_l10n_cl_ai_words").toHaveText("Edificio <b>Aromos</b>");
    expect(".o_l10n_cl_ai_words b").toHaveCount(0);
    expect(".o_l10n_cl_ai_suggestion").toHaveAttribute("aria-label", /Sugerida.*Aromos.*87 %, Historia/);
});

test("nothing stands where nothing was proposed", async () => {
    withChip(false);
    await mountForm();
    expect(".o_l10n_cl_ai_suggestion").toHaveCount(0);
});

test("accept saves what was typed first, then reads the line again", async () => {
    onRpc("bill", "web_save", () => expect.step("save"));
    onRpc("l10n_cl_ai.suggestion", "action_accept", function ({ args }) {
        expect.step(`accept ${JSON.stringify(args)}`);
        const chip = { ...CHIP, state: "accepted", state_words: "Aceptada", applied: "Aromos", may_undo: true };
        this.env["line"].write([1], { analytic: "Aromos", chip });
        return true;
    });
    await mountForm();
    await contains("[name=name] input").edit("Factura 102");
    await contains(".o_l10n_cl_ai_accept").click();
    expect.verifySteps(["save", "accept [[31]]"]);
    expect("[name=name] input").toHaveValue("Factura 102");
    expect(".o_l10n_cl_ai_badge").toHaveText("Aceptada");
    expect("td[name=analytic]").toHaveText("Aromos");
    expect(".o_l10n_cl_ai_accept").toHaveCount(0);
    expect(".o_l10n_cl_ai_undo").toHaveCount(1);
});

test("what can't be saved is not accepted", async () => {
    onRpc("l10n_cl_ai.suggestion", "action_accept", () => {
        expect.step("accept");
        return true;
    });
    await mountView({
        type: "form",
        resModel: "bill",
        resId: 7,
        arch: FORM.replace(`<field name="name"/>`, `<field name="name" required="1"/>`),
    });
    await contains("[name=name] input").edit("");
    await contains(".o_l10n_cl_ai_accept").click();
    expect.verifySteps([]);
});

test("a press on the chip does not open the row for editing", async () => {
    onRpc("l10n_cl_ai.suggestion", "action_dismiss", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountForm();
    await contains(".o_l10n_cl_ai_dismiss").click();
    expect.verifySteps(["[[31]]"]);
    expect(".o_selected_row").toHaveCount(0);
});

test("change offers the other candidates only, splits by their percentages", async () => {
    onRpc("l10n_cl_ai.suggestion", "action_choose", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountForm();
    await contains(".o_l10n_cl_ai_choose").click();
    expect(queryAllTexts(".o_l10n_cl_ai_choice li")).toEqual(["Aromos 60 % · Quillay 40 %\n9 % · Parecido"]);
    expect(".o_l10n_cl_ai_search input").toHaveCount(1);
    await contains(".o_l10n_cl_ai_choice li button").click();
    expect.verifySteps([`[[31],"5:60;6:40"]`]);
    expect(".o_l10n_cl_ai_choice").toHaveCount(0);
});

test("why says how often it was right, and of how many lines not all can be seen", async () => {
    onRpc("l10n_cl_ai.suggestion", "get_why", ({ args }) => {
        expect.step(JSON.stringify(args));
        return WHY;
    });
    await mountForm();
    await contains(".o_l10n_cl_ai_why").click();
    expect.verifySteps(["[[31]]"]);
    expect(".o_l10n_cl_ai_why_panel").toHaveText(/Acertó 170 de 200/);
    expect(".o_l10n_cl_ai_why_panel").toHaveText(/Learned from 3 lines/);
    expect(".o_l10n_cl_ai_why_panel").toHaveText(/2 more are not yours to see/);
    expect(".o_l10n_cl_ai_source").toHaveText("Hormigón <i>H30</i>");
    await press("Escape");
    await animationFrame();
    expect(".o_l10n_cl_ai_why_panel").toHaveCount(0);
});

test("“I don't know” offers its candidates and no accept, and says what the AI is at", async () => {
    withChip({
        band: "unknown",
        band_words: "No sé",
        percent: 30,
        question: { words: "Esperando a la IA", waiting: true },
    });
    await mountForm();
    expect(".o_l10n_cl_ai_badge").toHaveText("No sé");
    expect(".o_l10n_cl_ai_accept").toHaveCount(0);
    expect(".o_l10n_cl_ai_question").toHaveText("Esperando a la IA");
    await contains(".o_l10n_cl_ai_choose").click();
    expect(".o_l10n_cl_ai_choice li").toHaveCount(2);
});

test("what was booked by itself is marked, and undone with one press", async () => {
    withChip({ state: "accepted", state_words: "Aceptada", automatic: true, applied: "Aromos", may_undo: true });
    onRpc("l10n_cl_ai.suggestion", "action_undo", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountForm();
    expect(".o_l10n_cl_ai_badge").toHaveText("Automatic");
    await contains(".o_l10n_cl_ai_undo").click();
    expect.verifySteps(["[[31]]"]);
});

test("who may not decide has only the reasons", async () => {
    withChip({ may_decide: false });
    await mountForm();
    expect(".o_l10n_cl_ai_suggestion button").toHaveCount(1);
    expect(".o_l10n_cl_ai_why").toHaveCount(1);
});

test("a posted line says whether it was right, and where it went", async () => {
    withChip({ settled: true, right: false, final: "Puente Quillay", may_decide: false });
    await mountForm();
    expect(".o_l10n_cl_ai_badge").toHaveText("It was not right");
    expect(".o_l10n_cl_ai_suggestion").toHaveText(/Booked on Puente Quillay/);
});

test("what was not proposed with confidence was neither right nor wrong", async () => {
    withChip({ settled: true, band: "unknown", band_words: "No sé", final: "Puente Quillay", may_decide: false });
    await mountForm();
    expect(".o_l10n_cl_ai_badge").toHaveText("No sé");
    expect(".o_l10n_cl_ai_words").toHaveCount(0);
    expect(".o_l10n_cl_ai_suggestion").toHaveText(/Booked on Puente Quillay/);
});

test("a line posted without any project says so", async () => {
    withChip({ settled: true, left: true, may_decide: false });
    await mountForm();
    expect(".o_l10n_cl_ai_badge").toHaveText("Posted without any");
});

test("what the user may not see has no name and no chance", async () => {
    withChip({ hidden: true, label: "", proposal: "", percent: 0, band: "unknown", band_words: "No sé" });
    await mountForm();
    expect(".o_l10n_cl_ai_words").toHaveText(/closed, or not yours to see/);
    expect(".o_l10n_cl_ai_suggestion").not.toHaveText(/%/);
});

test("the bar counts, and accepts all at once", async () => {
    onRpc("account.move", "action_l10n_cl_ai_accept_all", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountForm();
    expect(".o_l10n_cl_ai_summary").toHaveText("1 suggested, 1 I don't know");
    expect(".o_l10n_cl_ai_undo_all").toHaveCount(0);
    await contains(".o_l10n_cl_ai_accept_all").click();
    expect.verifySteps(["[[7]]"]);
});

test("the bill follows the AI's answers, but not over what somebody types", async () => {
    await mountForm();
    onRpc("bill", "web_read", () => expect.step("read"));
    const moved = async () => {
        const detail = { model: "l10n_cl_ai.suggestion.question", records: [{ id: 1, state: "done", move: 7 }] };
        getService("l10n_cl_ai.queue").bus.trigger("moved", detail);
        await animationFrame();
        await animationFrame();
    };
    await moved();
    expect.verifySteps(["read"]);
    await contains("[name=name] input").edit("Factura 102");
    await moved();
    expect.verifySteps([]);
});

test("the buttons take the focus, in their order", async () => {
    await mountForm();
    for (const name of ["accept", "choose", "why", "dismiss"]) {
        const button = queryFirst(`.o_l10n_cl_ai_${name}`);
        button.focus();
        expect(document.activeElement).toBe(button);
        expect(button.tabIndex).toBe(0);
    }
});
