import { animationFrame, Deferred, tick } from "@odoo/hoot-mock";
import { getService, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

export const START = {
    agents: [
        { code: "billing", name: "Facturación", description: "" },
        { code: "books", name: "Contabilidad", description: "" },
    ],
    available: true,
    reason: "",
    questions: ["¿Qué facturas vencen esta semana?"],
    is_manager: true,
    simulated: false,
    last: false,
};

let lastId = 100;

/** A question or an answer as the server gives it. */
export function message(values) {
    return {
        id: ++lastId,
        role: "assistant",
        text: "",
        blocks: [],
        status: "done",
        reason: "",
        reason_text: "",
        steps: [],
        sources: [],
        unsupported: 0,
        cost: null,
        rating: "",
        comment: "",
        date: "2026-11-29 10:00:00",
        context: null,
        files: [],
        proposals: [],
        ...values,
    };
}

/** A stream under a test's hand. */
export class Stream {
    constructor() {
        this.asked = new Deferred();
        this.closed = false;
        this.body = new ReadableStream({
            start: (controller) => (this.controller = controller),
            cancel: () => (this.closed = true),
        });
    }

    /** What a mocked route answers: takes note of what was asked. */
    answer = async (request) => {
        const form = request.method === "POST" ? await request.formData() : null;
        this.payload = form && JSON.parse(form.get("payload"));
        this.files = form ? form.getAll("file") : [];
        this.token = form?.get("csrf_token");
        this.asked.resolve();
        return new Response(this.body, { headers: { "Content-Type": "text/event-stream" } });
    };

    /** Send text in chunks of so many bytes, and let the panel show it. */
    async write(text, size = 7) {
        await this.asked;
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length; at += size) {
            this.controller.enqueue(bytes.slice(at, at + size));
        }
        await settled();
    }

    send(...events) {
        return this.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
    }

    async end() {
        this.controller.close();
        await settled();
    }

    async breakOff() {
        this.controller.error(new TypeError("network error"));
        await settled();
    }
}

/** Streams read through several promises before something is drawn. */
export async function settled() {
    for (let i = 0; i < 3; i++) {
        await tick();
        await animationFrame();
    }
}

/** The events with which the server takes a question. */
export function begins(uuid, text, values = {}) {
    const question = message({ role: "user", text, ...values });
    const answer = message({ status: "running" });
    const start = { type: "start", conversation: uuid, title: `Sobre ${text}`, question, answer };
    return { question, answer, start };
}

export function done(answer, values, more = {}) {
    return {
        type: "done",
        message: { ...answer, status: "done", ...values },
        title: "",
        cost: null,
        ...more,
    };
}

/** Mock the routes of streams: one Stream per call, in turn. */
export function mockStreams(route, ...streams) {
    const left = [...streams];
    onRpc(route, (request) => left.shift().answer(request), { pure: true });
}

const MODEL = "l10n_cl_ai.conversation";

/** The web client with the assistant, against mocked methods of the server. */
export async function mountAssistant(mocks = {}, { open = true } = {}) {
    patchWithCleanup(session, { l10n_cl_ai_assistant: true });
    const methods = {
        chat_start: () => START,
        chat_questions: () => START.questions,
        chat_context: () => false,
        chat_list: () => [],
        ...mocks,
    };
    for (const [method, answer] of Object.entries(methods)) {
        onRpc(MODEL, method, ({ args }) => answer(...args));
    }
    await mountWithCleanup(WebClient);
    const assistant = getService("l10n_cl_ai.assistant");
    if (open) {
        assistant.open();
        await settled();
    }
    return assistant;
}

export const ANSWER = {
    text: "Son **8 días** [A1].",
    blocks: [
        `<p>Son <strong>8 días</strong> <button type="button" class="o_l10n_cl_ai_source" data-key="A1">A1</button>, ` +
            `<span class="o_l10n_cl_ai_unsupported" title="Nadie lo dice">quizás 9</span>.</p>`,
        `<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>`,
    ],
    sources: [{ key: "A1", title: "Plazo de reclamo", kind: "article", model: "l10n_cl_ai.article", id: 5, url: "" }],
    unsupported: 1,
    cost: "US$ 0,0123",
};

/** The assistant with one conversation that is complete. */
export async function mountAnswered(values = {}, mocks = {}) {
    const answer = message({ ...ANSWER, ...values });
    const messages = [
        message({ role: "user", text: "¿Plazo?", context: { name: "Factura 1" }, files: ["a.xml"] }),
        answer,
    ];
    const talk = { uuid: "u1", title: "Plazos", agent: "books", cost: "US$ 0,02", messages };
    const assistant = await mountAssistant({ chat_read: () => talk, ...mocks });
    await assistant.openTalk("u1");
    await settled();
    return { assistant, answer };
}
