import { describe, expect, test } from "@odoo/hoot";
import { press, setInputFiles } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels, dragenterFiles, dropFiles } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineActions,
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

import {
    begins,
    done,
    message,
    mockStreams,
    mountAnswered,
    mountAssistant,
    settled,
    START,
    Stream,
} from "./helpers/assistant";

describe.current.tags("desktop");

class Bill extends models.Model {
    _name = "bill";

    name = fields.Char();

    _records = [
        { id: 1, name: "Factura 1" },
        { id: 2, name: "Factura 2" },
    ];
    _views = {
        list: `<list><field name="name"/></list>`,
        form: `<form><field name="name"/></form>`,
        search: `<search/>`,
    };
}

defineMailModels();
defineModels([Bill]);
defineActions([
    { id: 7, name: "Bills", res_model: "bill", type: "ir.actions.act_window", views: [[false, "list"], [false, "form"]] },
    { id: 8, name: "Assistant", tag: "l10n_cl_ai.assistant", type: "ir.actions.client" },
]); // prettier-ignore

const PANEL = ".o_l10n_cl_ai_panel";

test("nothing of it for who may not use it", async () => {
    patchWithCleanup(session, { l10n_cl_ai_assistant: false });
    await mountWithCleanup(WebClient);
    getService("l10n_cl_ai.assistant").open();
    await animationFrame();
    expect(".o_l10n_cl_ai_systray").toHaveCount(0);
    expect(PANEL).toHaveCount(0);
});

test("opened by its button or its keys; Escape closes it, and the focus goes back", async () => {
    await mountAssistant({}, { open: false });
    const button = document.querySelector(".o_l10n_cl_ai_systray");
    button.focus();
    await contains(".o_l10n_cl_ai_systray").click();
    await settled();
    expect(PANEL).toHaveAttribute("role", "complementary");
    expect(button).toHaveAttribute("aria-expanded", "true");
    expect(".o_l10n_cl_ai_input").toBeFocused();
    expect(document.body).toHaveClass("o_l10n_cl_ai_docked");
    await press("Escape");
    await animationFrame();
    expect(PANEL).toHaveCount(0);
    expect(button).toBeFocused();
    expect(document.body).not.toHaveClass("o_l10n_cl_ai_docked");
    await press(["alt", "shift", "h"]);
    await settled();
    expect(PANEL).toHaveCount(1);
});

test("questions are suggested, and asked with a press", async () => {
    const stream = new Stream();
    mockStreams("/l10n_cl_ai/chat/stream", stream);
    await mountAssistant();
    await contains(".o_l10n_cl_ai_suggested").click();
    await stream.asked;
    expect(stream.payload.text).toBe(START.questions[0]);
    await stream.end();
});

test("it stays while one goes from screen to screen, and knows what is on it", async () => {
    const stream = new Stream();
    mockStreams("/l10n_cl_ai/chat/stream", stream);
    const named = ({ ids, title, view }) => ({
        name: view === "form" ? `Factura ${ids[0]}` : `${title} ${ids.length}`,
    });
    await mountAssistant({ chat_context: named });
    expect(".o_l10n_cl_ai_chip").toHaveCount(0);
    await getService("action").doAction(7);
    await settled();
    expect(PANEL).toHaveCount(1);
    expect(".o_l10n_cl_ai_chip").toHaveText(/Bills 0$/);
    await contains(".o_data_row:first .o_list_record_selector input").click();
    await settled();
    expect(".o_l10n_cl_ai_chip").toHaveText(/Bills 1$/);
    await contains(".o_data_row:first .o_list_record_selector input").click();
    await contains(".o_data_row:last .o_data_cell").click();
    await settled();
    expect(".o_l10n_cl_ai_chip").toHaveText(/Factura 2/);
    await contains(".o_l10n_cl_ai_input").edit("¿y esta?", { confirm: false });
    await contains(".o_l10n_cl_ai_send").click();
    await stream.asked;
    expect(stream.payload.context).toEqual({ model: "bill", ids: [2], view: "form", domain: [], name: "Factura 2" });
    await stream.end();
});

test("what is on screen can be left out of a question", async () => {
    const stream = new Stream();
    mockStreams("/l10n_cl_ai/chat/stream", stream);
    await mountAssistant({ chat_context: () => ({ name: "Facturas" }) });
    await getService("action").doAction(7);
    await settled();
    await contains(".o_l10n_cl_ai_chip button").click();
    expect(".o_l10n_cl_ai_chip").toHaveCount(0);
    await contains(".o_l10n_cl_ai_input").edit("uno", { confirm: false });
    await contains(".o_l10n_cl_ai_send").click();
    await stream.asked;
    expect(stream.payload.context).toBe(null);
    await stream.end();
});

test("sources open from their chips and from within the text; doubts are counted and explained", async () => {
    const opened = [];
    const action = { type: "ir.actions.act_window", res_model: "bill", res_id: 1, views: [[false, "form"]] };
    const { answer } = await mountAnswered(
        {},
        {
            chat_source: (...args) => {
                opened.push(args);
                return action;
            },
        },
    );
    expect(".o_l10n_cl_ai_source_chip").toHaveText(/A1 Plazo de reclamo/);
    await contains(".o_l10n_cl_ai_text .o_l10n_cl_ai_source").click();
    await settled();
    expect(opened).toEqual([[answer.id, "A1"]]);
    expect(".o_form_view").toHaveCount(1);
    expect(PANEL).toHaveCount(1);
    await contains(".o_l10n_cl_ai_source_chip").click();
    await settled();
    expect(opened.length).toBe(2);
    expect(".o_l10n_cl_ai_doubt").toHaveText(/1 statement without support/);
    expect(".o_l10n_cl_ai_unsupported").toHaveAttribute("title", "Nadie lo dice");
});

test("copy gives text, and a note goes to the record on screen", async () => {
    patchWithCleanup(browser.navigator.clipboard, { writeText: (text) => expect.step(text) });
    const noted = (...args) => expect.step(JSON.stringify(args)) || true;
    const { answer } = await mountAnswered({}, { chat_context: () => ({ name: "Factura 2" }), chat_note: noted });
    expect(".o_l10n_cl_ai_note").toHaveCount(0);
    await contains(".o_l10n_cl_ai_copy").click();
    await getService("action").doAction(7, { viewType: "form", props: { resId: 2 } });
    await settled();
    expect(".o_l10n_cl_ai_note").toHaveAttribute("aria-label", "Log as a note on Factura 2");
    await contains(".o_l10n_cl_ai_note").click();
    expect.verifySteps(["Son 8 días.", JSON.stringify([answer.id, "bill", 2])]);
});

test("thumbs up and down, taken back, and explained", async () => {
    const rated = (...args) => expect.step(args.slice(1).join("|")) || true;
    await mountAnswered({}, { chat_rate: rated });
    await contains(".o_l10n_cl_ai_up").click();
    expect(".o_l10n_cl_ai_up").toHaveAttribute("aria-pressed", "true");
    await contains(".o_l10n_cl_ai_up").click();
    await contains(".o_l10n_cl_ai_down").click();
    await contains(".o_l10n_cl_ai_comment").edit("Es otro plazo", { confirm: false });
    await contains(".o_l10n_cl_ai_actions .btn-primary").click();
    expect.verifySteps(["up|", "|", "down|", "down|Es otro plazo"]);
    expect(".o_l10n_cl_ai_comment").toHaveCount(0);
    expect(".o_l10n_cl_ai_down").toBeFocused();
});

test("what it would write is shown before and after, and written on a press only", async () => {
    const changes = [{ label: "Vencimiento", before: "01-12-2026", after: "15-12-2026" }];
    const proposal = {
        id: 9,
        title: "Cambiar Factura 1",
        state: "open",
        expires: "2026-12-01T10:00:00Z",
        changes,
        note: "",
    };
    const decide = (id, decision) => expect.step(`${id} ${decision}`) || { ...proposal, state: "applied" };
    await mountAnswered({ proposals: [proposal] }, { chat_decide: decide });
    expect(".o_l10n_cl_ai_proposal tbody").toHaveText(/Vencimiento\s+01-12-2026\s+15-12-2026/);
    expect(".o_l10n_cl_ai_proposal").toHaveText(/Holds until/);
    expect.verifySteps([]);
    await contains(".o_l10n_cl_ai_apply").click();
    expect.verifySteps(["9 apply"]);
    expect(".o_l10n_cl_ai_decided").toHaveText("Applied");
    expect(".o_l10n_cl_ai_apply").toHaveCount(0);
});

const ARTICLE = { key: "A1", title: "Folios", kind: "article", model: "l10n_cl_ai.article", id: 1, url: "" };

for (const [status, words] of [
    ["not_evaluated", /The answer is not complete.*Presupuesto agotado/s],
    ["searched", /nearest in the knowledge base.*Presupuesto agotado/s],
    ["stopped", /Presupuesto agotado/],
]) {
    test(`an answer that is ${status} says so in words, with its reason`, async () => {
        await mountAnswered({ status, reason_text: "Presupuesto agotado", sources: [ARTICLE] });
        expect(".o_l10n_cl_ai_status").toHaveText(words);
    });
}

test("where no article answers it does not speak of the nearest", async () => {
    const sources = [{ key: "R1", title: "Facturas impagas", kind: "record", model: "account.move", id: 0, url: "" }];
    await mountAnswered({ status: "searched", reason_text: "No hay clave.", sources });
    expect(".o_l10n_cl_ai_status").toHaveText(/Without AI no documents are looked up\. *No hay clave/);
    expect(".o_l10n_cl_ai_source_chip").toHaveText(/Facturas impagas/);
});

test("an AI that is off says why, and may be asked all the same", async () => {
    const stream = new Stream();
    mockStreams("/l10n_cl_ai/chat/stream", stream);
    const off = { ...START, available: false, reason: "No hay clave." };
    await mountAssistant({ chat_start: () => off });
    expect(".o_l10n_cl_ai_off").toHaveText(/No hay clave\..*knowledge base/s);
    await contains(".o_l10n_cl_ai_input").edit("uno", { confirm: false });
    await contains(".o_l10n_cl_ai_send").click();
    const { start, answer } = begins("u1", "uno");
    await stream.send(
        start,
        done(answer, {
            status: "searched",
            reason_text: "No hay clave.",
            blocks: ["<p>art</p>"],
            sources: [ARTICLE],
        }),
    );
    expect(".o_l10n_cl_ai_status").toHaveText(/nearest in the knowledge base/);
    expect(".o_l10n_cl_ai_status").not.toHaveText(/No hay clave/, { message: "it is said above, once" });
});

test("files: refused in words, dropped or picked, sent with the question", async () => {
    const stream = new Stream();
    mockStreams("/l10n_cl_ai/chat/stream", stream);
    await mountAssistant();
    const xml = new File(["<DTE/>"], "factura.xml", { type: "text/xml" });
    await contains(".o_l10n_cl_ai_attach").click();
    await setInputFiles([xml, new File(["x"], "virus.exe")]);
    await settled();
    expect(".o_l10n_cl_ai_file").toHaveText(/factura\.xml/);
    expect(".o_l10n_cl_ai_refused[role=alert]").toHaveText("virus.exe: only XML and PDF files can be read.");
    await contains(".o_l10n_cl_ai_input").edit("¿está bien?", { confirm: false });
    await contains(".o_l10n_cl_ai_send").click();
    await stream.asked;
    expect(stream.files.map(({ name }) => name)).toEqual(["factura.xml"]);
    expect(await stream.files[0].text()).toBe("<DTE/>");
    expect(".o_l10n_cl_ai_file").toHaveCount(0);
    await stream.end();
});

test("a file may be dropped anywhere on the panel", async () => {
    await mountAssistant();
    const files = [new File(["<DTE/>"], "factura.xml", { type: "text/xml" })];
    await dragenterFiles(".o_l10n_cl_ai_panel", files);
    await dropFiles(".o-Dropzone", files);
    await settled();
    expect(".o_l10n_cl_ai_file").toHaveText(/factura\.xml/);
    expect(".o-Dropzone").toHaveCount(0);
});

test("letters are counted near the end, and too many are not sent", async () => {
    await mountAssistant();
    const input = document.querySelector(".o_l10n_cl_ai_input");
    const type = async (count) => {
        input.value = "a".repeat(count);
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        await animationFrame();
    };
    await type(100);
    expect(".o_l10n_cl_ai_count").toHaveCount(0);
    await type(4900);
    expect(".o_l10n_cl_ai_count").toHaveText("4900 / 5000");
    await type(5001);
    expect(".o_l10n_cl_ai_send").not.toBeEnabled();
    expect(".o_l10n_cl_ai_input").toHaveAttribute("aria-invalid", "true");
});

test("the agent is chosen, and goes with the question", async () => {
    const stream = new Stream();
    mockStreams("/l10n_cl_ai/chat/stream", stream);
    await mountAssistant();
    await contains(".o_l10n_cl_ai_agent").select("books");
    await contains(".o_l10n_cl_ai_input").edit("uno", { confirm: false });
    await contains(".o_l10n_cl_ai_send").click();
    await stream.asked;
    expect(stream.payload.agent).toBe("books");
    await stream.end();
});

const row = (n) => ({ uuid: `u${n}`, title: `Charla ${n}`, date: "2026-11-29 10:00:00", running: n === 1 });

test("history: found, opened, renamed, deleted after a question, more of it", async () => {
    const lists = (search, offset) => {
        expect.step(`list ${search} ${offset}`);
        const all = Array.from({ length: 45 }, (_, n) => row(n + 1));
        return search ? [row(3)] : all.slice(offset, offset + 40);
    };
    await mountAssistant({
        chat_list: lists,
        chat_rename: (uuid, title) => expect.step(`rename ${uuid} ${title}`) || title,
        chat_delete: (uuid) => expect.step(`delete ${uuid}`) || true,
        chat_read: (uuid) => ({
            uuid,
            title: "Charla",
            agent: "",
            cost: "",
            messages: [message({ blocks: ["<p>x</p>"] })],
        }),
    });
    await contains(".o_l10n_cl_ai_history_toggle").click();
    await settled();
    expect(".o_l10n_cl_ai_row").toHaveCount(40);
    expect(".o_l10n_cl_ai_row:first").toHaveText(/Answering…/);
    await contains(".o_l10n_cl_ai_more").click();
    expect(".o_l10n_cl_ai_row").toHaveCount(45);
    expect(".o_l10n_cl_ai_more").toHaveCount(0);
    await contains(".o_l10n_cl_ai_history input").edit("tres", { confirm: false });
    await advanceTime(300);
    await settled();
    expect(".o_l10n_cl_ai_row").toHaveCount(1);
    await contains(".o_l10n_cl_ai_rename").click();
    await contains(".o_l10n_cl_ai_row input").edit("Otro título", { confirm: false });
    await contains(".o_l10n_cl_ai_row .btn-primary").click();
    expect(".o_l10n_cl_ai_row").toHaveText(/Otro título/);
    await contains(".o_l10n_cl_ai_delete").click();
    expect(".modal").toHaveText(/Otro título.*for good/s);
    await contains(".modal .btn-danger").click();
    expect(".o_l10n_cl_ai_row").toHaveCount(0);
    expect.verifySteps(["list  0", "list  40", "list tres 0", "rename u3 Otro título", "delete u3"]);
});

test("on a page of its own the history stands beside it, and there is no panel", async () => {
    await mountAssistant({ chat_list: () => [row(2)] });
    await contains(".o_l10n_cl_ai_close").click();
    await getService("action").doAction(8);
    await settled();
    expect(".o_l10n_cl_ai_page .o_l10n_cl_ai_row").toHaveCount(1);
    expect(".o_l10n_cl_ai_page main .o_l10n_cl_ai_input").toHaveCount(1);
    getService("l10n_cl_ai.assistant").open();
    await settled();
    expect(PANEL).toHaveCount(0);
    await getService("action").doAction(7);
    await settled();
    expect(PANEL).toHaveCount(1, { message: "it goes along" });
});

test("a tab that is loaded anew takes up where it was", async () => {
    browser.sessionStorage.setItem("l10n_cl_ai.assistant", JSON.stringify({ open: true, uuid: "u5" }));
    const kept = [message({ blocks: ["<p>guardada</p>"] })];
    await mountAssistant(
        { chat_read: (uuid) => ({ uuid, title: "T", agent: "", cost: "", messages: kept }) },
        { open: false },
    );
    await settled();
    expect(".o_l10n_cl_ai_text").toHaveText("guardada");
});

test("its width is changed by keys, within bounds", async () => {
    await mountAssistant();
    const handle = document.querySelector(".o_l10n_cl_ai_handle");
    handle.focus();
    await press("ArrowLeft");
    await animationFrame();
    expect(handle).toHaveAttribute("aria-valuenow", "420");
    for (let n = 0; n < 10; n++) {
        await press("ArrowRight");
    }
    await animationFrame();
    expect(handle).toHaveAttribute("aria-valuenow", "320");
});
