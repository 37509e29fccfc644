/** What a conversation is in the browser, and what each event of a stream makes of it. No component, no network. */

let count = 0;

/**
 * @param {Object} [read] a conversation as `chat_read` gives it; nothing for one that is not begun
 * @returns {Object} the conversation, to be made reactive by who keeps it
 */
export function makeTalk(read = {}) {
    return {
        key: `talk_${++count}`,
        uuid: read.uuid || null,
        title: read.title || "",
        /** Whose figures it speaks of; empty where there is only one. */
        company: read.company || "",
        agent: read.agent || "",
        cost: read.cost || "",
        messages: read.messages || [],
        /** The answer being written: shown, and where its events go. */
        running: false,
        stopping: false,
        /** Words of what went wrong, when nothing was stored. */
        error: "",
        /** What a screen reader is told. */
        said: "",
        draft: { text: "", files: [] },
        editing: null,
    };
}

/** Return the answer that is being written, or null. */
export function answerOf(talk) {
    const last = talk.messages.at(-1);
    return last?.role === "assistant" && last.status === "running" ? last : null;
}

/** Cut a conversation from a message on: another one takes its place. */
export function cutFrom(talk, messageId) {
    const at = talk.messages.findIndex(({ id }) => id === messageId);
    if (at >= 0) {
        talk.messages.splice(at);
    }
}

/**
 * Make of a conversation what an event says. Unknown events change nothing.
 *
 * @param {Object} talk
 * @param {Object} event of the stream (docs/architecture.md, *A turn of the assistant*)
 */
export function applyEvent(talk, event) {
    const answer = answerOf(talk);
    switch (event.type) {
        case "start":
            Object.assign(talk, { uuid: event.conversation, title: event.title, company: event.company || "" });
            cutFrom(talk, event.question.id);
            talk.messages.push(event.question, event.answer);
            break;
        case "step":
            if (answer) {
                const { index, label, state, detail } = event;
                answer.steps.splice(index, answer.steps.length, { label, state, detail });
            }
            break;
        case "blocks":
            answer?.blocks.splice(event.from, answer.blocks.length, ...event.html);
            break;
        case "done":
            if (answer) {
                Object.assign(answer, event.message);
            }
            talk.title = event.title || talk.title;
            talk.cost = event.cost || talk.cost;
            break;
        case "error":
            talk.error = event.text;
            break;
    }
}

/**
 * Return an answer's text as it is read aloud or pasted: without the signs of Markdown, and without keys of sources.
 *
 * @param {string} text Markdown
 */
export function plain(text) {
    return text
        .replace(/\s?\[[AR]\d+(?:\s*,\s*[AR]\d+)*\]/g, "")
        .replace(/^\s*\|?(?:\s*:?-{3,}:?\s*\|?)+\s*$\n?/gm, "")
        .replace(/^#{1,6}\s+/gm, "")
        .replace(/(\*\*|__|`)/g, "")
        .replace(/^\|\s*|\s*\|$/gm, "")
        .replace(/\s*\|\s*/g, "\t")
        .trim();
}
