import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { chooseFiles, MOST_FILES } from "./files";

const MOST = 5000;
/** Letters from which on the count is shown. */
const NEAR = 4500;
const ICONS = { form: "fa-file-text-o", list: "fa-list", kanban: "fa-th-large", pivot: "fa-table" };

/** Where one writes: text, files, what is on screen, which agent. */
export class Composer extends Component {
    static template = "l10n_cl_ai.Composer";
    static props = { talk: Object };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState(this.assistant.state);
        this.ui = useState(useService("ui"));
        this.local = useState({ refused: [] });
        const root = useRef("root");
        this.input = useRef("input");
        this.picker = useRef("picker");
        // Who drags a file to the assistant lets it go over what he reads, not over the line where he writes.
        const place = {
            get el() {
                return root.el?.closest(".o_l10n_cl_ai_panel, .o_l10n_cl_ai_page > main") || root.el;
            },
        };
        useDropzone(place, (ev) => this.onDrop(ev));
        this.most = MOST;
        this.mostFiles = MOST_FILES;
        useEffect(
            () => this.input.el.focus(),
            () => [],
        );
        useEffect(
            () => this.grow(),
            () => [this.draft.text],
        );
    }

    get draft() {
        return this.props.talk.draft;
    }

    get count() {
        return this.draft.text.length;
    }

    get showsCount() {
        return this.count >= NEAR;
    }

    get cannotSend() {
        return !this.draft.text.trim() || this.count > MOST;
    }

    get chip() {
        const { screen, screenOff } = this.state;
        if (!screen || screenOff) {
            return null;
        }
        return { name: screen.name, icon: ICONS[screen.view] || "fa-eye" };
    }

    grow() {
        const { el } = this.input;
        el.style.height = "auto";
        el.style.height = `${el.scrollHeight + 2}px`;
    }

    onInput(ev) {
        this.draft.text = ev.target.value;
    }

    /** Enter sends, but not the one that ends a word of an input method. */
    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing && ev.keyCode !== 229) {
            ev.preventDefault();
            this.onSend();
        }
    }

    onSend() {
        if (this.cannotSend || this.props.talk.running) {
            return;
        }
        this.local.refused = [];
        const { text, files } = this.draft;
        this.assistant.send({ text: text.trim(), files: [...files] });
        this.input.el.focus();
    }

    onStop() {
        this.input.el.focus();
        return this.assistant.stop();
    }

    onAgent(ev) {
        return this.assistant.chooseAgent(ev.target.value);
    }

    // -- files -----------------------------------------------------------------------------------------

    add(files) {
        const { taken, refused } = chooseFiles(this.draft.files, [...files]);
        this.draft.files = taken;
        this.local.refused = refused;
    }

    onPick(ev) {
        this.add(ev.target.files);
        ev.target.value = "";
        this.input.el.focus();
    }

    onPaste(ev) {
        if (ev.clipboardData?.files.length) {
            ev.preventDefault();
            this.add(ev.clipboardData.files);
        }
    }

    onDrop(ev) {
        this.add(ev.dataTransfer.files);
        this.input.el.focus();
    }

    removeFile(index) {
        this.draft.files.splice(index, 1);
        this.input.el.focus();
    }

    removeChip() {
        this.state.screenOff = true;
        this.input.el.focus();
    }

    labelOfRemoving(name) {
        return _t("Remove %s", name);
    }
}
