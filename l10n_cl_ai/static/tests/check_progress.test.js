import { describe, expect, test } from "@odoo/hoot";
import { Deferred, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Wizard extends models.Model {
    _name = "l10n_cl_ai.check.wizard";

    done = fields.Integer();

    _records = [{ id: 1, done: 0 }];
}

defineMailModels();
defineModels([Wizard]);

const VIEW = {
    type: "form",
    resModel: "l10n_cl_ai.check.wizard",
    resId: 1,
    arch: `<form><field name="done"/><widget name="l10n_cl_ai_check_progress"/></form>`,
};

test("batches go on until all is checked, and the counts are shown", async () => {
    const steps = [
        { done: 100, total: 250, verdicts: { ok: 99, block: 1 } },
        { done: 200, total: 250, verdicts: { ok: 190, block: 10 } },
        { done: 250, total: 250, verdicts: { ok: 235, warn: 5, block: 10 } },
    ];
    onRpc("check_next", () => steps.shift());
    await mountView(VIEW);
    await animationFrame();
    expect(steps).toHaveLength(0);
    expect(".o_l10n_cl_ai_done").toHaveText("250 of 250 checked");
    expect(".progress[role=progressbar]").toHaveAttribute("aria-valuenow", "100");
    expect(".text-bg-danger").toHaveText("10 with blocks");
});

test("Stop keeps what was checked and Go on continues", async () => {
    const first = new Deferred();
    const answers = [first, { done: 2, total: 2, verdicts: { ok: 2 } }];
    onRpc("check_next", () => answers.shift());
    await mountView(VIEW);
    await contains(".o_l10n_cl_ai_progress button:contains(Stop)").click();
    first.resolve({ done: 1, total: 2, verdicts: { ok: 1 } });
    await animationFrame();
    expect(".o_l10n_cl_ai_done").toHaveText("1 of 2 checked");
    expect(answers).toHaveLength(1);
    await contains(".o_l10n_cl_ai_progress button:contains(Go on)").click();
    await animationFrame();
    expect(".o_l10n_cl_ai_done").toHaveText("2 of 2 checked");
});

test("a failed batch is said in words and can be tried again", async () => {
    expect.errors(1);
    const answers = [{ done: 2, total: 2, verdicts: { ok: 2 } }];
    let broken = true;
    onRpc("check_next", () => {
        if (broken) {
            broken = false;
            throw new Error("connection lost");
        }
        return answers.shift();
    });
    await mountView(VIEW);
    await animationFrame();
    expect(".o_l10n_cl_ai_progress [role=alert]").toHaveCount(1);
    expect.verifyErrors([/connection lost/]);
});
