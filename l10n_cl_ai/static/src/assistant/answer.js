import { Component, markup, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { Proposal } from "./proposal";
import { Rating } from "./rating";
import { plain } from "./talk";

const ICONS = { running: "fa-circle-o-notch fa-spin", done: "fa-check text-success", failed: "fa-times text-danger" };

/** An answer with all that belongs to it: what was looked up, sources, doubts, proposals, and what one does with it. */
export class Answer extends Component {
    static template = "l10n_cl_ai.Answer";
    static components = { Proposal, Rating };
    static props = { message: Object, talk: Object, last: Boolean };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.notification = useService("notification");
        this.state = useState(this.assistant.state);
        this.words = { running: _t("under way"), done: _t("done"), failed: _t("failed") };
    }

    get isRunning() {
        return this.props.message.status === "running";
    }

    /** Whether why there is no AI stands at the head of the conversation already. */
    get isSaidAbove() {
        const { start } = this.state;
        return start?.available === false && start.reason === this.props.message.reason_text;
    }

    /** The server renders blocks, and lets no other markup through (chat/markdown.py): nothing else is shown as such. */
    get blocks() {
        return this.props.message.blocks.map((html) => markup(html));
    }

    icon(step) {
        return ICONS[step.state] || ICONS.done;
    }

    get hasArticle() {
        return this.props.message.sources.some(({ kind }) => kind === "article");
    }

    /** The record that a note would go to. */
    get noteTarget() {
        const { screen } = this.state;
        return screen?.view === "form" && screen.ids.length === 1 ? screen : null;
    }

    get noteTitle() {
        return _t("Log as a note on %s", this.noteTarget.name);
    }

    get unsupportedWords() {
        const { unsupported } = this.props.message;
        return unsupported === 1
            ? _t("1 statement without support in the sources: check it before you use it.")
            : _t("%s statements without support in the sources: check them before you use them.", unsupported);
    }

    /** Keys of sources stand inside the text too, as buttons that the server made. */
    onClickText(ev) {
        const button = ev.target.closest("button.o_l10n_cl_ai_source");
        if (button) {
            this.openSource(button.dataset.key);
        }
    }

    openSource(key) {
        return this.assistant.openSource(this.props.message, key);
    }

    async onCopy() {
        await browser.navigator.clipboard.writeText(plain(this.props.message.text));
        this.notification.add(_t("Copied"), { type: "success" });
    }

    async onNote() {
        const { name } = this.noteTarget;
        await this.assistant.note(this.props.message, this.noteTarget);
        this.notification.add(_t("Noted on %s", name), { type: "success" });
    }
}
