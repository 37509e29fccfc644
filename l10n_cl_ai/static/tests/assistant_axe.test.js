import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains } from "@web/../tests/web_test_helpers";

import { begins, mockStreams, mountAnswered, mountAssistant, START, Stream } from "./helpers/assistant";

describe.current.tags("desktop");
defineMailModels();

/** axe-core is no asset of the addon: who runs these tests puts it into the page (tests/test_web_assistant.py). */
async function violations(selector = ".o_l10n_cl_ai_panel") {
    const { axe } = window;
    expect(Boolean(axe)).toBe(true, { message: "axe-core is in the page" });
    const { violations: found, passes } = await axe.run(selector, { resultTypes: ["violations"] });
    expect(passes.length).toBeGreaterThan(5);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

const CHANGES = [{ label: "Vencimiento", before: "01-12-2026", after: "15-12-2026" }];
const PROPOSAL = {
    id: 9,
    title: "Cambiar",
    state: "open",
    expires: "2026-12-01T10:00:00Z",
    changes: CHANGES,
    note: "x",
};
const STEPS = [
    { label: "Buscando…", state: "done", detail: "3" },
    { label: "Consultando…", state: "failed", detail: "" },
];

// Where nobody put it there, there is nothing to test with; the Python test fails when none of these ran.
if (window.axe) {
    test("an answer with all that belongs to it", async () => {
        await mountAnswered({ proposals: [PROPOSAL], steps: STEPS }, { chat_rate: () => true });
        await contains(".o_l10n_cl_ai_down").click();
        expect(await violations()).toEqual([]);
    });

    test("what is on offer before one asks, with the AI off", async () => {
        await mountAssistant({ chat_start: () => ({ ...START, available: false, reason: "Sin clave.", last: "u1" }) });
        expect(await violations()).toEqual([]);
    });

    test("an answer that is being written, and an error", async () => {
        const stream = new Stream();
        mockStreams("/l10n_cl_ai/chat/stream", stream);
        await mountAssistant();
        await contains(".o_l10n_cl_ai_suggested").click();
        const { start } = begins("u1", "uno");
        const step = { type: "step", index: 0, label: "Buscando…", state: "running", detail: "" };
        await stream.send(start, step, { type: "blocks", from: 0, html: ["<p>a</p>"] });
        expect(await violations()).toEqual([]);
        await stream.send({ type: "error", reason: "x", text: "No se pudo." });
        expect(await violations()).toEqual([]);
    });

    test("answers that did not come, and the history", async () => {
        const rows = [{ uuid: "u1", title: "Plazos", date: "2026-11-29 10:00:00", running: true }];
        await mountAnswered({ status: "not_evaluated", reason_text: "Presupuesto agotado" }, { chat_list: () => rows });
        expect(await violations()).toEqual([]);
        await contains(".o_l10n_cl_ai_history_toggle").click();
        expect(await violations()).toEqual([]);
        await contains(".o_l10n_cl_ai_rename").click();
        expect(await violations()).toEqual([]);
    });

    test("axe would say so if something were wrong", async () => {
        await mountAnswered({ blocks: [`<button type="button"></button>`, `<p style="color: #eee">Too faint</p>`] });
        expect((await violations()).map((words) => words.split(":")[0]).sort()).toEqual([
            "button-name",
            "color-contrast",
        ]);
    });
}
