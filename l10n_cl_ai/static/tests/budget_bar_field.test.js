import { describe, expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Budget extends models.Model {
    _name = "budget";

    spent = fields.Float();
    reserved = fields.Float();
    limit_usd = fields.Float();
    alert_percent = fields.Integer();

    _records = [
        { id: 1, spent: 1, reserved: 0.5, limit_usd: 5, alert_percent: 80 },
        { id: 2, spent: 4, reserved: 3, limit_usd: 5, alert_percent: 80 },
        { id: 3, spent: 6, reserved: 0, limit_usd: 5, alert_percent: 80 },
        { id: 4, spent: 0, reserved: 0, limit_usd: 0, alert_percent: 80 },
        { id: 5, spent: 0.0012, reserved: 0, limit_usd: 5, alert_percent: 80 },
    ];
}

defineMailModels();
defineModels([Budget]);

const width = (part) => queryOne(`.o_l10n_cl_ai_${part}`).style.width;

async function mountBar(resId) {
    const arch = `<form><field name="spent" widget="l10n_cl_ai_budget_bar" readonly="1"/></form>`;
    await mountView({ type: "form", resModel: "budget", resId, arch });
}

test("spent and reserved stand beside each other, and in words", async () => {
    await mountBar(1);
    expect(width("spent")).toBe("20%");
    expect(width("reserved")).toBe("10%");
    expect(".o_l10n_cl_ai_spent").toHaveClass("bg-success");
    expect(".o_l10n_cl_ai_budget_bar small").toHaveText("1.00 spent and 0.50 reserved of 5.00 USD");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "20");
});

test("from the alert on the bar warns, and both parts together never pass its end", async () => {
    await mountBar(2);
    expect(".o_l10n_cl_ai_spent").toHaveClass("bg-warning");
    expect(width("spent")).toBe("80%");
    expect(width("reserved")).toBe("20%");
});

test("a budget used up is red and full", async () => {
    await mountBar(3);
    expect(".o_l10n_cl_ai_spent").toHaveClass("bg-danger");
    expect(width("spent")).toBe("100%");
});

test("a limit of nothing is used up from the start", async () => {
    await mountBar(4);
    expect(".o_l10n_cl_ai_spent").toHaveClass("bg-danger");
    expect(width("spent")).toBe("100%");
    expect(width("reserved")).toBe("0%");
});

test("less than a cent is not shown as nothing", async () => {
    await mountBar(5);
    expect(".o_l10n_cl_ai_budget_bar small").toHaveText("0.0012 spent of 5.00 USD");
});
