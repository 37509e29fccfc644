import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";

import { readEvents } from "./sse";
import { answerOf, applyEvent, cutFrom, plain } from "./talk";

/** How often a broken stream is taken up again, and for how long one waits before each time, in milliseconds. */
const PAUSES = [300, 1500, 4000];
/** How long the server may take to end what was stopped, in milliseconds. */
const PATIENCE = 5000;

const wait = (time) => new Promise((resolve) => browser.setTimeout(resolve, time));

/**
 * Asks, and lets each answer run into its own conversation, whichever one is on screen meanwhile.
 */
export class Answering {
    constructor(orm) {
        this.orm = orm;
        /** Of each conversation with a stream, what ends it. */
        this.controllers = new Map();
    }

    /**
     * @param {Object} talk reactive conversation (see makeTalk)
     * @param {Object} asked `text`, `files`, `agent`, `context`, `edit` (id of a question), `retry` (id of an answer)
     * @returns {Promise<boolean>} whether the server took it
     */
    async ask(talk, { files = [], ...asked }) {
        const body = new FormData();
        body.append("csrf_token", odoo.csrf_token);
        body.append("payload", JSON.stringify({ conversation: talk.uuid, edit: null, retry: null, ...asked }));
        files.forEach((file) => body.append("file", file, file.name));
        const stream = (signal) => browser.fetch("/l10n_cl_ai/chat/stream", { method: "POST", body, signal });
        const begin = () => cutFrom(talk, asked.edit || asked.retry);
        return this.run(talk, stream, begin);
    }

    /** Take up the answer that is being written in a conversation that was just read. */
    async follow(talk) {
        const { id } = answerOf(talk);
        await this.run(talk, (signal) => this.fetchRest(id, signal));
    }

    fetchRest(id, signal) {
        return browser.fetch(`/l10n_cl_ai/chat/follow?message=${id}`, { signal });
    }

    /** End the answer. What was written stays; the server says what it cost. */
    async stop(talk) {
        const controller = this.controllers.get(talk.key);
        const answer = answerOf(talk);
        if (!controller || talk.stopping) {
            return;
        }
        talk.stopping = true;
        if (!answer) {
            controller.abort();
            return;
        }
        const late = browser.setTimeout(() => controller.abort(), PATIENCE);
        try {
            await rpc("/l10n_cl_ai/chat/stop", { message: answer.id });
        } catch (error) {
            browser.clearTimeout(late);
            controller.abort();
            throw error;
        }
    }

    /** Run a stream, and its continuation where it breaks. Return whether the server took what was asked. */
    async run(talk, stream, begin) {
        const controller = new AbortController();
        const { signal } = controller;
        this.controllers.set(talk.key, controller);
        Object.assign(talk, { running: true, stopping: false, error: "", said: _t("Answering…") });
        let started = !begin;
        const onStart = () => {
            started = true;
            begin?.();
        };
        try {
            let ended = await this.read(talk, stream, signal, onStart);
            for (const pause of PAUSES) {
                const answer = answerOf(talk);
                if (ended || signal.aborted || !answer) {
                    break;
                }
                await wait(pause);
                ended = await this.read(talk, (signal) => this.fetchRest(answer.id, signal), signal);
            }
            await this.settle(talk, started);
            return started;
        } finally {
            this.controllers.delete(talk.key);
            Object.assign(talk, { running: false, stopping: false });
        }
    }

    /** Read one stream to its end. Return whether it came to one by itself. */
    async read(talk, stream, signal, onStart) {
        try {
            const response = await stream(signal);
            if (!response.ok || !response.body) {
                return false;
            }
            for await (const event of readEvents(response.body)) {
                if (signal.aborted) {
                    return false;
                }
                if (event.type === "start") {
                    onStart?.();
                }
                applyEvent(talk, event);
                if (event.type === "done" || event.type === "error") {
                    return true;
                }
            }
        } catch {
            // The network broke, or the stream was stopped: who called looks at what there is.
        }
        return false;
    }

    /** Say how it ended. Where no stream said so, what the server has kept is the truth. */
    async settle(talk, started) {
        if (answerOf(talk)) {
            const read = this.orm.silent.call("l10n_cl_ai.conversation", "chat_read", [talk.uuid]);
            Object.assign(talk, await read.catch(() => ({})));
        }
        if (answerOf(talk)) {
            talk.error = _t(
                "The connection was lost. What was asked may still be answered: open the conversation again.",
            );
        } else if (!started && !talk.error && !talk.stopping) {
            talk.error = _t("The server did not answer, and nothing was asked. Try again.");
        }
        talk.said = talk.error || !started ? "" : spoken(talk.messages.at(-1));
    }
}

function spoken(answer) {
    return answer?.role === "assistant" ? [answer.reason_text, plain(answer.text)].filter(Boolean).join(" ") : "";
}
