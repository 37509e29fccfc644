import { Component, onPatched, useEffect, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { Answer } from "./answer";
import { Question } from "./question";
import { answerOf } from "./talk";

/** Pixels from the end within which one is taken to read along. */
const NEAR = 80;
/** Pixels left above a question. */
const MARGIN = 8;

/** The messages of a conversation; for one that is not begun, what one might ask. */
export class Talk extends Component {
    static template = "l10n_cl_ai.Talk";
    static components = { Answer, Question };
    static props = { talk: Object };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState(this.assistant.state);
        this.log = useRef("log");
        this.follows = true;
        useEffect(
            () => this.toEnd(),
            () => [this.props.talk.messages.length],
        );
        onPatched(() => this.follows && this.toEnd());
    }

    get isWaiting() {
        return this.props.talk.running && !answerOf(this.props.talk);
    }

    /** A long answer is read from its beginning: to the end, but no farther than the last question at the top. */
    toEnd() {
        const { el } = this.log;
        const question = [...el.querySelectorAll(".o_l10n_cl_ai_question")].at(-1);
        const above = question ? question.getBoundingClientRect().top - el.getBoundingClientRect().top : Infinity;
        el.scrollTop = Math.min(el.scrollHeight, el.scrollTop + above - MARGIN);
    }

    /** Who scrolls back to read is left where he is. */
    onScroll() {
        const { el } = this.log;
        this.follows = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR;
    }

    isLast(message) {
        return this.props.talk.messages.at(-1).id === message.id;
    }

    get lastQuestion() {
        return this.props.talk.messages.findLast(({ role }) => role === "user");
    }
}
