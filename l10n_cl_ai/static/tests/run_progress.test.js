import { describe, expect, test } from "@odoo/hoot";
import { Deferred, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Run extends models.Model {
    _name = "l10n_cl_ai.suggestion.run";

    done = fields.Integer();
    total = fields.Integer();
    skipped = fields.Integer();
    is_mine = fields.Boolean();

    _records = [
        { id: 1, done: 0, total: 50, is_mine: true },
        { id: 2, done: 20, total: 50, is_mine: true },
        { id: 3, done: 0, total: 50, is_mine: false },
    ];
}

defineMailModels();
defineModels([Run]);

const step = (done, skipped = 0) => ({ done, total: 50, skipped, running: done < 50, busy: false });

function mountRun(resId) {
    return mountView({
        type: "form",
        resModel: "l10n_cl_ai.suggestion.run",
        resId,
        arch: `<form><field name="done"/><field name="total"/><field name="skipped"/><field name="is_mine"/>
            <widget name="l10n_cl_ai_run_progress"/></form>`,
    });
}

test("a new run goes on by itself until all bills are done", async () => {
    const steps = [step(20), step(40, 1), step(50, 1)];
    onRpc("work_next", () => steps.shift());
    await mountRun(1);
    await animationFrame();
    expect(steps).toHaveLength(0);
    expect(".o_l10n_cl_ai_run_done").toHaveText("50 of 50 bills");
    expect(".progress[role=progressbar]").toHaveAttribute("aria-valuenow", "100");
    expect(".text-bg-warning").toHaveText("1 left out");
});

test("a run that was left half done waits for Continue", async () => {
    const steps = [step(40), step(50)];
    onRpc("work_next", () => steps.shift());
    await mountRun(2);
    await animationFrame();
    expect(steps).toHaveLength(2);
    expect(".o_l10n_cl_ai_run_done").toHaveText("20 of 50 bills");
    await contains(".o_l10n_cl_ai_run_progress button:contains(Continue)").click();
    await animationFrame();
    expect(steps).toHaveLength(0);
});

test("a failed step is said in words, and Stop ends after the step under way", async () => {
    expect.errors(1);
    const first = new Deferred();
    let asked = 0;
    onRpc("work_next", () => {
        asked++;
        if (asked === 1) {
            throw new Error("connection lost");
        }
        return first;
    });
    await mountRun(1);
    await animationFrame();
    expect(".o_l10n_cl_ai_run_progress [role=alert]").toHaveCount(1);
    expect.verifyErrors([/connection lost/]);
    await contains(".o_l10n_cl_ai_run_progress button:contains(Continue)").click();
    await contains(".o_l10n_cl_ai_run_progress button:contains(Stop)").click();
    first.resolve(step(20));
    await animationFrame();
    expect(asked).toBe(2);
    expect(".o_l10n_cl_ai_run_done").toHaveText("20 of 50 bills");
});

test("another's run is only looked at", async () => {
    onRpc("work_next", () => expect.step("asked"));
    await mountRun(3);
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_l10n_cl_ai_run_progress button").toHaveCount(0);
});
