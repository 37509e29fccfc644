import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Finding extends models.Model {
    _name = "l10n_cl_ai.finding";

    action = fields.Selection({
        selection: [
            ["block", "Blocks"],
            ["warn", "Warns"],
            ["info", "Informs"],
        ],
    });
    rule_code = fields.Char();
    place = fields.Char();
    path = fields.Char();
    found = fields.Char();
    expected = fields.Char();
    message = fields.Char();
    consequence = fields.Char();
    source = fields.Char();
    source_note = fields.Char();
    likely_sii_code = fields.Char();
    can_fix = fields.Boolean();
    fix_label = fields.Char();

    _records = [
        {
            id: 1,
            action: "warn",
            rule_code: "E08",
            place: "Línea 1",
            message: "Precio cero",
            source: "Formato DTE",
        },
        {
            id: 2,
            action: "block",
            rule_code: "F04",
            place: "Totales · IVA",
            found: "2536",
            expected: "2537",
            message: "<b>IVA</b> no cuadra",
            source: "Formato DTE v2.5, Totales 112",
            can_fix: true,
            fix_label: "Corregir",
        },
    ];
}

class Move extends models.Model {
    _name = "move";

    name = fields.Char();
    finding_ids = fields.One2many({ relation: "l10n_cl_ai.finding" });

    _records = [{ id: 7, name: "Factura 101", finding_ids: [1, 2] }];
}

defineMailModels();
defineModels([Finding, Move]);

const ARCH = `<form><field name="name"/><field name="finding_ids" widget="l10n_cl_ai_findings" readonly="1"/></form>`;

test("findings stand by severity, the gravest first, with found and expected", async () => {
    await mountView({ type: "form", resModel: "move", resId: 7, arch: ARCH });
    expect(queryAllTexts(".o_l10n_cl_ai_finding code:first-of-type")).toEqual(["F04", "E08"]);
    expect(".o_l10n_cl_ai_finding[data-rule=F04] dd:first").toHaveText("2536");
    expect(".o_l10n_cl_ai_finding[data-rule=F04] dd:last").toHaveText("2537");
});

test("a message is shown as text, never as markup", async () => {
    await mountView({ type: "form", resModel: "move", resId: 7, arch: ARCH });
    expect(".o_l10n_cl_ai_finding b").toHaveCount(0);
    expect(".o_l10n_cl_ai_finding[data-rule=F04]").toHaveText(/<b>IVA<\/b> no cuadra/);
});

test("only what Odoo can mend has a button, and it asks the server to mend it", async () => {
    onRpc("l10n_cl_ai.finding", "action_fix", ({ args }) => {
        expect.step(`fix ${args[0]}`);
        return false;
    });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: ARCH });
    expect(".o_l10n_cl_ai_fix").toHaveCount(1);
    await contains(".o_l10n_cl_ai_finding[data-rule=F04] .o_l10n_cl_ai_fix").click();
    expect.verifySteps(["fix 2"]);
});

test("a typed change is saved before the correction is made", async () => {
    onRpc("move", "web_save", () => {
        expect.step("save");
    });
    onRpc("l10n_cl_ai.finding", "action_fix", () => {
        expect.step("fix");
        return false;
    });
    await mountView({ type: "form", resModel: "move", resId: 7, arch: ARCH });
    await contains(".o_field_widget[name=name] input").edit("Factura 102");
    await contains(".o_l10n_cl_ai_fix").click();
    expect.verifySteps(["save", "fix"]);
});
