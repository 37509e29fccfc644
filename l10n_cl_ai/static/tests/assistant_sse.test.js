import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { readEvents } from "@l10n_cl_ai/assistant/sse";
import { chooseFiles } from "@l10n_cl_ai/assistant/files";
import { applyEvent, makeTalk, plain } from "@l10n_cl_ai/assistant/talk";

describe.current.tags("headless");
beforeEach(allowTranslations);

/** A body that comes in chunks of so many bytes. */
function inChunks(text, size) {
    const bytes = new TextEncoder().encode(text);
    return new ReadableStream({
        start(controller) {
            for (let at = 0; at < bytes.length; at += size) {
                controller.enqueue(bytes.slice(at, at + size));
            }
            controller.close();
        },
    });
}

async function all(body) {
    const events = [];
    for await (const event of readEvents(body)) {
        events.push(event);
    }
    return events;
}

const STREAM = [
    ": ping\n\n",
    `data: {"type":"start","title":"¿Qué es un año tributario? 😀"}\n\n`,
    `data: not json\n\n`,
    `event: noise\n\n`,
    `data: {"type":"blocks",\ndata: "html":["<p>a\\n\\nb</p>"]}\r\n\r\n`,
    `data:{"type":"done"}\n\n`,
].join("");

test("events are the same however the network cuts them, letters of several bytes too", async () => {
    for (const size of [1, 2, 3, 7, 64, 10_000]) {
        expect(await all(inChunks(STREAM, size))).toEqual(
            [
                { type: "start", title: "¿Qué es un año tributario? 😀" },
                { type: "blocks", html: ["<p>a\n\nb</p>"] },
                { type: "done" },
            ],
            { message: `in chunks of ${size} bytes` },
        );
    }
});

test("an event that broke off is no event", async () => {
    expect(await all(inChunks(`data: {"a":1}\n\ndata: {"b":`, 5))).toEqual([{ a: 1 }]);
});

test("who stops reading closes the stream", async () => {
    let closed = false;
    const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(`data: {"a":1}\n\n`)),
        cancel: () => {
            closed = true;
        },
    });
    for await (const event of readEvents(body)) {
        expect(event).toEqual({ a: 1 });
        break;
    }
    expect(closed).toBe(true);
});

test("blocks take the place of those from their index on", () => {
    const talk = makeTalk();
    const answer = { id: 2, role: "assistant", status: "running", steps: [], blocks: [] };
    applyEvent(talk, { type: "start", conversation: "u", title: "T", question: { id: 1, role: "user" }, answer });
    applyEvent(talk, { type: "blocks", from: 0, html: ["a", "b"] });
    applyEvent(talk, { type: "blocks", from: 1, html: ["B", "c"] });
    expect(talk.messages[1].blocks).toEqual(["a", "B", "c"]);
    applyEvent(talk, { type: "blocks", from: 1, html: [] });
    expect(talk.messages[1].blocks).toEqual(["a"]);
    applyEvent(talk, { type: "nonsense" });
    applyEvent(talk, { type: "done", message: { id: 2, status: "done" }, title: "T2", cost: "US$ 0,01" });
    expect([talk.title, talk.cost, talk.messages[1].status]).toEqual(["T2", "US$ 0,01", "done"]);
    applyEvent(talk, { type: "blocks", from: 0, html: ["late"] });
    expect(talk.messages[1].blocks).toEqual(["a"], { message: "an answer that is complete stays" });
});

test("text to be pasted has no signs of Markdown and no keys", () => {
    const markdown = "## Plazo\n\nSon **8 días** [A1][R2], [A1, R2] ver `F29`.\n\n| a | b |\n|---|---|\n| 1 | 2 |";
    expect(plain(markdown)).toBe("Plazo\n\nSon 8 días, ver F29.\n\na\tb\n1\t2");
});

test("files are refused in words", () => {
    const file = (name, size = 10) => ({ name, size });
    const kept = [file("a.xml"), file("b.PDF")];
    const wanted = [file("c.exe"), file("d.pdf", 6e6), file("e.xml", 0), file("a.xml"), file("f.xml"), file("g.xml")];
    const { taken, refused } = chooseFiles(kept, wanted);
    expect(taken.map(({ name }) => name)).toEqual(["a.xml", "b.PDF", "f.xml"]);
    expect(refused.map(String)).toEqual([
        "c.exe: only XML and PDF files can be read.",
        "d.pdf: it is larger than 5 MB.",
        "e.xml: it is empty.",
        "a.xml: it is there already.",
        "g.xml: at most 3 files go with a question.",
    ]);
});
