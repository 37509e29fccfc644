import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

import { Answering } from "./answering";
import { onScreen, screenBus } from "./screen";
import { answerOf, makeTalk } from "./talk";

const MODEL = "l10n_cl_ai.conversation";
/** What a tab that is loaded anew remembers. */
const KEPT = "l10n_cl_ai.assistant";

/** Keeps the assistant's conversations, whatever is on screen, and does with them what the panel asks for. */
export class Assistant {
    constructor(env, { action, orm }) {
        this.env = env;
        this.orm = orm;
        this.action = action;
        this.answering = new Answering(orm);
        this.state = reactive({
            allowed: Boolean(session.l10n_cl_ai_assistant),
            open: false,
            /** Full pages of the assistant on screen: beside one, there is no panel. */
            pages: 0,
            historyOpen: false,
            /** What the server said of agents and rights; null until it is asked. */
            start: null,
            failed: false,
            talk: makeTalk(),
            /** Conversations with an answer under way. */
            running: [],
            screen: null,
            screenOff: false,
            questions: [],
        });
        screenBus.addEventListener("changed", () => this.watchScreen());
        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", () => this.watchScreen());
        const { open, uuid } = kept();
        /** The conversation that this tab showed before it was loaded anew. */
        this.before = uuid;
        if (this.state.allowed && open) {
            this.open();
        }
    }

    call(method, ...args) {
        return this.orm.call(MODEL, method, args);
    }

    // -- on screen -------------------------------------------------------------------------------------

    get isShown() {
        return this.state.open || this.state.pages > 0;
    }

    open() {
        if (this.state.allowed) {
            this.state.open = true;
            this.keep();
            this.begin();
        }
    }

    close() {
        this.state.open = false;
        this.keep();
    }

    toggle() {
        return this.state.open ? this.close() : this.open();
    }

    /** Ask the server what there is, and take up where this tab was. */
    async begin() {
        const { state } = this;
        state.failed = false;
        try {
            state.start = await this.orm.silent.call(MODEL, "chat_start", [onScreen(this.action)]);
        } catch {
            state.failed = true;
            return;
        }
        state.questions = state.start.questions;
        this.watchScreen();
        const { before } = this;
        this.before = null;
        if (before && !state.talk.uuid && !state.talk.running) {
            // It may be another company's, or deleted: then one begins anew.
            await this.openTalk(before, this.orm.silent).catch(() => this.newTalk());
        }
    }

    /** Follow what is on screen: its name for the chip, its questions for a conversation that is not begun. */
    async watchScreen() {
        const { state } = this;
        if (!this.isShown || !state.start) {
            return;
        }
        const screen = onScreen(this.action);
        const seen = JSON.stringify(screen);
        if (seen === this.seen) {
            return;
        }
        this.seen = seen;
        state.screenOff = false;
        const [shown, questions] = await Promise.all([
            screen ? this.orm.silent.call(MODEL, "chat_context", [screen]) : false,
            this.questionsFor(screen),
        ]).catch(() => [false, state.questions]);
        if (seen === this.seen) {
            state.screen = shown ? { ...screen, name: shown.name } : null;
            state.questions = questions;
        }
    }

    questionsFor(screen) {
        return this.orm.silent.call(MODEL, "chat_questions", [screen, this.state.talk.agent]);
    }

    /** Have another agent answer; what it is asked most is suggested. */
    async chooseAgent(code) {
        const { state } = this;
        state.talk.agent = code;
        state.questions = await this.questionsFor(onScreen(this.action)).catch(() => state.questions);
    }

    // -- conversations ---------------------------------------------------------------------------------

    newTalk() {
        const { agent } = this.state.talk;
        this.show({ ...makeTalk(), agent });
    }

    /** Show a conversation; one with an answer under way as it is here, else as the server has it. */
    async openTalk(uuid, orm = this.orm) {
        const running = this.state.running.find((talk) => talk.uuid === uuid);
        if (running) {
            this.show(running);
            return;
        }
        this.show(makeTalk(await orm.call(MODEL, "chat_read", [uuid])));
        if (answerOf(this.state.talk)) {
            this.track(this.state.talk, (talk) => this.answering.follow(talk));
        }
    }

    show(talk) {
        this.state.talk = talk;
        this.state.historyOpen = false;
        this.keep();
    }

    async rename(uuid, title) {
        title = await this.call("chat_rename", uuid, title);
        for (const talk of [this.state.talk, ...this.state.running]) {
            if (talk.uuid === uuid) {
                talk.title = title;
            }
        }
        return title;
    }

    async remove(uuid) {
        await this.call("chat_delete", uuid);
        if (this.state.talk.uuid === uuid) {
            const { historyOpen } = this.state;
            this.newTalk();
            this.state.historyOpen = historyOpen;
        }
    }

    // -- asking ----------------------------------------------------------------------------------------

    /** Send a question of the conversation on screen. What the server did not take is given back to be mended. */
    async send({ text, files = [], edit = null }) {
        const { talk, screen, screenOff } = this.state;
        talk.draft = { text: "", files: [] };
        const context = screenOff ? null : screen;
        const asked = { text, files, edit, agent: talk.agent || null, context };
        const taken = await this.track(talk, (talk) => this.answering.ask(talk, asked));
        if (!taken && !edit && !talk.draft.text) {
            talk.draft = { text, files };
        }
    }

    /** Have an answer written anew. */
    retry(answer) {
        const asked = { text: "", agent: this.state.talk.agent || null, context: null, retry: answer.id };
        return this.track(this.state.talk, (talk) => this.answering.ask(talk, asked));
    }

    stop() {
        return this.answering.stop(this.state.talk);
    }

    // -- with an answer --------------------------------------------------------------------------------

    async rate(message, rating, comment) {
        await this.call("chat_rate", message.id, rating, comment);
        Object.assign(message, { rating, comment });
    }

    async note(message, { model, ids: [id] }) {
        await this.call("chat_note", message.id, model, id);
        this.env.bus.trigger("MAIL:RELOAD-THREAD", { model, id });
    }

    async decide(message, proposal, decision) {
        const decided = await this.call("chat_decide", proposal.id, decision);
        const at = message.proposals.findIndex(({ id }) => id === proposal.id);
        message.proposals.splice(at, 1, decided);
    }

    /** Open what an answer rests on; the conversation stays beside it where there is room. */
    async openSource(message, key) {
        const action = await this.call("chat_source", message.id, key);
        this.state.open = !this.env.isSmall;
        await this.action.doAction(action);
    }

    /** Keep a conversation at hand as long as its answer is under way. */
    async track(talk, run) {
        this.state.running.push(talk);
        try {
            return await run(talk);
        } finally {
            const at = this.state.running.findIndex(({ key }) => key === talk.key);
            this.state.running.splice(at, 1);
            this.keep();
        }
    }

    keep() {
        const { open, talk } = this.state;
        browser.sessionStorage.setItem(KEPT, JSON.stringify({ open, uuid: talk.uuid }));
    }
}

function kept() {
    try {
        return JSON.parse(browser.sessionStorage.getItem(KEPT)) || {};
    } catch {
        return {};
    }
}

export const assistantService = {
    dependencies: ["action", "orm"],
    start: (env, services) => new Assistant(env, services),
};

registry.category("services").add("l10n_cl_ai.assistant", assistantService);
