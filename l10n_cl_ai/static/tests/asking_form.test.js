import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Try extends models.Model {
    _name = "try";

    text = fields.Text();
    answer = fields.Text();
    status = fields.Selection({
        selection: [
            ["answered", "Answered"],
            ["not_evaluated", "Not evaluated"],
        ],
        readonly: true,
    });

    _records = [{ id: 1, text: "¿Qué es un folio?", answer: "Un número.", status: "answered" }];
}

defineMailModels();
defineModels([Try]);

const ARCH = `
    <form js_class="l10n_cl_ai_asking_form">
        <field name="status" invisible="1" force_save="1"/>
        <field name="text"/>
        <field name="answer" invisible="not status"/>
        <button name="action_ask" type="object" string="Ask"/>
        <button name="action_open" type="object" string="Open"/>
    </form>`;

test("the last answer leaves the screen before the next question is sent, changed or not", async () => {
    const answered = new Deferred();
    onRpc("try", "web_save", ({ args }) => {
        expect.step(args[1]);
    });
    onRpc("try", "action_ask", () => {
        expect.step("ask");
        return answered;
    });
    await mountView({ type: "form", resModel: "try", resId: 1, arch: ARCH });
    expect(".o_field_widget[name=answer]").toHaveCount(1);
    await contains("button[name=action_ask]").click();
    await animationFrame();
    expect.verifySteps([{ status: false }, "ask"]);
    expect(".o_field_widget[name=answer]").toHaveCount(0);
    answered.resolve(false);
});

test("other buttons leave the answer where it is", async () => {
    onRpc("try", "action_open", () => {
        expect.step("open");
        return false;
    });
    await mountView({ type: "form", resModel: "try", resId: 1, arch: ARCH });
    await contains("button[name=action_open]").click();
    expect.verifySteps(["open"]);
    expect(".o_field_widget[name=answer]").toHaveCount(1);
});
