import { describe, expect, test } from "@odoo/hoot";
import { queryRect } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, onRpc } from "@web/../tests/web_test_helpers";

import { begins, done, message, mockStreams, mountAssistant, settled, Stream } from "./helpers/assistant";

describe.current.tags("desktop");
defineMailModels();

const STREAM = "/l10n_cl_ai/chat/stream";
const FOLLOW = "/l10n_cl_ai/chat/follow";
const INPUT = ".o_l10n_cl_ai_input";

async function ask(text) {
    await contains(INPUT).edit(text, { confirm: false });
    await contains(".o_l10n_cl_ai_send").click();
}

test("an answer grows block by block, with its steps, and is told of once it is complete", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    await mountAssistant();
    await ask("¿Qué es un folio?");
    await stream.asked;
    expect(stream.payload).toEqual({
        conversation: null,
        text: "¿Qué es un folio?",
        agent: null,
        context: null,
        edit: null,
        retry: null,
    });
    expect(stream.token).toBe(odoo.csrf_token || "undefined");
    expect(INPUT).toHaveValue("");
    const { start, answer } = begins("u1", "¿Qué es un folio?");
    await stream.send(start, { type: "step", index: 0, label: "Buscando…", state: "running", detail: "" });
    expect(".o_l10n_cl_ai_question").toHaveText(/¿Qué es un folio\?/);
    expect(".o_l10n_cl_ai_steps li .fa-spin").toHaveCount(1);
    expect(".o_l10n_cl_ai_log").toHaveAttribute("aria-busy", "true");
    expect(".o_l10n_cl_ai_said").toHaveText("Answering…");
    await stream.send(
        { type: "step", index: 0, label: "Buscando…", state: "done", detail: "3 artículos" },
        { type: "blocks", from: 0, html: ["<p>Un <strong>folio</strong> es", "<ul><li>a</li></ul>"] },
    );
    expect(".o_l10n_cl_ai_steps li").toHaveText(/3 artículos/);
    expect(".o_l10n_cl_ai_text strong").toHaveText("folio");
    expect(".o_l10n_cl_ai_said").toHaveText("Answering…", { message: "no letter by letter" });
    await stream.send({ type: "blocks", from: 1, html: ["<p>un número 😀.</p>"] });
    expect(".o_l10n_cl_ai_text li").toHaveCount(0);
    await stream.send(
        done(
            answer,
            { text: "Un **folio** es un número.", blocks: ["<p>Un folio es un número.</p>"] },
            { cost: "US$ 1" },
        ),
    );
    expect(".o_l10n_cl_ai_log").toHaveAttribute("aria-busy", "false");
    expect(".o_l10n_cl_ai_said").toHaveText("Un folio es un número.");
    expect(".o_l10n_cl_ai_head h2").toHaveText("Sobre ¿Qué es un folio?");
    expect(".o_l10n_cl_ai_composer").toHaveText(/US\$ 1/);
    expect(stream.closed).toBe(true);
});

test("a long answer is read from its beginning", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    await mountAssistant();
    await ask("¿Qué es un folio?");
    await stream.asked;
    const { start, answer } = begins("u1", "¿Qué es un folio?");
    const blocks = Array.from({ length: 200 }, (_, n) => `<p>${n}</p>`);
    await stream.send(start, { type: "blocks", from: 0, html: blocks }, done(answer, { text: "0", blocks }));
    const above = queryRect(".o_l10n_cl_ai_question").top - queryRect(".o_l10n_cl_ai_log").top;
    expect(above).toBeWithin(0, 40);
});

test("markup comes from blocks only: what people and titles say stays text", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    await mountAssistant();
    await ask("<img src=x onerror=alert(1)>");
    const { start, answer } = begins("u1", "<b>x</b>");
    const evil = "<b>evil</b>";
    await stream.send(start, { type: "step", index: 0, label: evil, state: "done", detail: evil });
    const source = { key: "A1", title: evil, kind: "article", model: "x", id: 1, url: "" };
    const changes = [{ label: evil, before: evil, after: evil }];
    const proposal = { id: 1, title: evil, state: "open", expires: "2026-11-30T10:00:00Z", changes, note: evil };
    const rest = { sources: [source], proposals: [proposal], reason_text: evil, cost: evil };
    await stream.send(done(answer, { ...rest, status: "not_evaluated" }, { title: evil }));
    expect(".o_l10n_cl_ai_panel b").toHaveCount(0);
    expect(".o_l10n_cl_ai_panel img").toHaveCount(0);
    expect(".o_l10n_cl_ai_status").toHaveText(/Not answered.*<b>evil<\/b>/s);
});

test("a stream that breaks is taken up again, and goes on where it is", async () => {
    const first = new Stream();
    const second = new Stream();
    mockStreams(STREAM, first);
    mockStreams(FOLLOW, second);
    await mountAssistant();
    await ask("uno");
    const { start, answer } = begins("u1", "uno");
    await first.send(start, { type: "blocks", from: 0, html: ["<p>mitad"] });
    await first.breakOff();
    expect(".o_l10n_cl_ai_error").toHaveCount(0);
    await advanceTime(400);
    await second.send({ type: "blocks", from: 0, html: ["<p>mitad y", "<p>más"] });
    expect(".o_l10n_cl_ai_text p").toHaveCount(2);
    await second.send(done(answer, { blocks: ["<p>entera</p>"] }));
    expect(".o_l10n_cl_ai_text").toHaveText("entera");
    expect(".o_l10n_cl_ai_send").toHaveCount(1);
});

test("what breaks for good says so, and what the server has kept is shown", async () => {
    const streams = [1, 2, 3, 4].map(() => new Stream());
    mockStreams(STREAM, streams[0]);
    mockStreams(FOLLOW, ...streams.slice(1));
    const { start, question, answer } = begins("u1", "uno");
    const kept = { uuid: "u1", title: "Sobre uno", agent: "", cost: "", messages: [question, answer] };
    await mountAssistant({
        chat_read: (uuid) => {
            expect.step(`read ${uuid}`);
            return kept;
        },
    });
    await ask("uno");
    await streams[0].send(start);
    for (const [stream, pause] of streams.map((stream, at) => [stream, [0, 400, 1600, 4100][at]])) {
        await advanceTime(pause);
        await stream.asked;
        await stream.breakOff();
    }
    expect.verifySteps(["read u1"]);
    expect(".o_l10n_cl_ai_error[role=alert]").toHaveText(/connection was lost/);
});

test("a server that does not answer gives the question back", async () => {
    onRpc(STREAM, () => new Response("", { status: 502 }), { pure: true });
    await mountAssistant();
    await ask("uno");
    await settled();
    expect(".o_l10n_cl_ai_error[role=alert]").toHaveText(/nothing was asked/);
    expect(INPUT).toHaveValue("uno");
    expect(".o_l10n_cl_ai_question").toHaveCount(0);
});

test("a refusal is said in its words, and the question comes back", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    await mountAssistant();
    await ask("uno");
    await stream.send({ type: "error", reason: "refused", text: "Escriba menos." });
    expect(".o_l10n_cl_ai_error[role=alert]").toHaveText("Escriba menos.");
    expect(INPUT).toHaveValue("uno");
});

test("stop tells the server, which ends the stream; what was written stays", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    const { start, answer } = begins("u1", "uno");
    onRpc("/l10n_cl_ai/chat/stop", async (request) => {
        const { params } = await request.json();
        expect.step(params.message === answer.id);
        return true;
    });
    await mountAssistant();
    await ask("uno");
    await stream.send(start, { type: "blocks", from: 0, html: ["<p>mitad</p>"] });
    await contains(".o_l10n_cl_ai_stop").click();
    await settled();
    expect.verifySteps([true]);
    expect(".o_l10n_cl_ai_stop").not.toBeEnabled();
    await stream.send(done(answer, { status: "stopped", blocks: ["<p>mitad</p>"], reason_text: "Detenida." }));
    expect(".o_l10n_cl_ai_status").toHaveText("Detenida.");
    expect(".o_l10n_cl_ai_text").toHaveText("mitad");
    expect(".o_l10n_cl_ai_send").toHaveCount(1);
});

test("a server that does not end what was stopped is left, and asked what it has kept", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    const { start, question, answer } = begins("u1", "uno");
    onRpc("/l10n_cl_ai/chat/stop", () => true);
    const stopped = { ...answer, status: "stopped", blocks: ["<p>mitad</p>"] };
    await mountAssistant({
        chat_read: () => ({ uuid: "u1", title: "T", agent: "", cost: "", messages: [question, stopped] }),
    });
    await ask("uno");
    await stream.send(start);
    await contains(".o_l10n_cl_ai_stop").click();
    await settled();
    stream.controller.error(new DOMException("aborted", "AbortError"));
    await advanceTime(5100);
    await settled();
    expect(".o_l10n_cl_ai_text").toHaveText("mitad");
    expect(".o_l10n_cl_ai_error").toHaveCount(0);
});

test("two answers at once, each in its own conversation whatever is opened meanwhile", async () => {
    const [one, two] = [new Stream(), new Stream()];
    mockStreams(STREAM, one, two);
    const first = begins("u1", "uno");
    const second = begins("u2", "dos");
    const kept = [message({ role: "user", text: "uno" }), message({ text: "sí", blocks: ["<p>guardada</p>"] })];
    const assistant = await mountAssistant({
        chat_read: (uuid) => ({ uuid, title: uuid, agent: "", cost: "", messages: kept }),
    });
    await ask("uno");
    await one.send(first.start, { type: "blocks", from: 0, html: ["<p>primera</p>"] });
    await contains(".o_l10n_cl_ai_new").click();
    expect(".o_l10n_cl_ai_text").toHaveCount(0);
    await ask("dos");
    await two.send(second.start, { type: "blocks", from: 0, html: ["<p>segunda</p>"] });
    await one.send({ type: "blocks", from: 0, html: ["<p>primera, más</p>"] });
    expect(".o_l10n_cl_ai_text").toHaveText("segunda");
    expect(".o_l10n_cl_ai_systray .fa-spin").toHaveCount(1);
    await assistant.openTalk("u1");
    await settled();
    expect(".o_l10n_cl_ai_text").toHaveText("primera, más");
    await two.send(done(second.answer, { blocks: ["<p>segunda, entera</p>"] }));
    await one.send({ type: "blocks", from: 1, html: ["<p>y aún más</p>"] });
    expect(".o_l10n_cl_ai_text").toHaveText(/primera, más\s+y aún más/);
    await assistant.openTalk("other");
    await settled();
    expect(".o_l10n_cl_ai_text").toHaveText("guardada");
    await one.send(done(first.answer, { blocks: ["<p>primera, entera</p>"] }));
    expect(".o_l10n_cl_ai_text").toHaveText("guardada");
    expect(".o_l10n_cl_ai_systray .fa-spin").toHaveCount(0);
    expect(assistant.state.running.length).toBe(0);
});

test("opening a conversation whose answer is being written elsewhere follows it", async () => {
    const stream = new Stream();
    mockStreams(FOLLOW, stream);
    const question = message({ role: "user", text: "uno" });
    const answer = message({ status: "running" });
    const assistant = await mountAssistant({
        chat_read: (uuid) => ({ uuid, title: "T", agent: "", cost: "", messages: [question, answer] }),
    });
    assistant.openTalk("u9");
    await stream.send({ type: "blocks", from: 0, html: ["<p>sigue</p>"] });
    expect(".o_l10n_cl_ai_text").toHaveText("sigue");
    expect(".o_l10n_cl_ai_stop").toHaveCount(1);
    await stream.send(done(answer, { blocks: ["<p>entera</p>"] }));
    expect(".o_l10n_cl_ai_text").toHaveText("entera");
});

test("the last question is asked otherwise, and an answer is wanted anew", async () => {
    const [one, two, three] = [new Stream(), new Stream(), new Stream()];
    mockStreams(STREAM, one, two, three);
    await mountAssistant();
    await ask("uno");
    const first = begins("u1", "uno");
    await one.send(first.start, done(first.answer, { text: "a", blocks: ["<p>a</p>"] }));
    await contains(".o_l10n_cl_ai_edit").click();
    await contains(".o_l10n_cl_ai_question textarea").edit("uno bis", { confirm: false });
    await contains(".o_l10n_cl_ai_resend").click();
    await two.asked;
    expect([two.payload.edit, two.payload.text, two.payload.conversation]).toEqual([
        first.question.id,
        "uno bis",
        "u1",
    ]);
    const second = begins("u1", "uno bis");
    await two.send(second.start, done(second.answer, { text: "b", blocks: ["<p>b</p>"] }));
    expect(".o_l10n_cl_ai_bubble").toHaveText("uno bis");
    expect(".o_l10n_cl_ai_text").toHaveText("b");
    await contains(".o_l10n_cl_ai_retry").click();
    await three.asked;
    expect([three.payload.retry, three.payload.edit]).toEqual([second.answer.id, null]);
    const answer = message({ status: "running" });
    await three.send({ ...second.start, answer }, done(answer, { text: "c", blocks: ["<p>c</p>"] }));
    expect(".o_l10n_cl_ai_bubble").toHaveCount(1);
    expect(".o_l10n_cl_ai_text").toHaveText("c");
});

test("Enter sends, Shift+Enter does not, nor the Enter that ends a word of an input method", async () => {
    const stream = new Stream();
    mockStreams(STREAM, stream);
    await mountAssistant();
    await contains(INPUT).edit("uno", { confirm: false });
    const input = document.querySelector(INPUT);
    const enter = (values) => {
        const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...values });
        input.dispatchEvent(event);
        return event.defaultPrevented;
    };
    expect(enter({ shiftKey: true })).toBe(false);
    expect(enter({ isComposing: true })).toBe(false);
    await animationFrame();
    expect(INPUT).toHaveValue("uno");
    expect(enter({})).toBe(true);
    await stream.asked;
    expect(stream.payload.text).toBe("uno");
    await stream.end();
});
