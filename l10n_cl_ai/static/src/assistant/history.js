import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

/** So many conversations the server gives at once. */
const PAGE = 40;

/** Earlier conversations: found, opened, renamed, deleted. */
export class History extends Component {
    static template = "l10n_cl_ai.History";
    static props = {};

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.dialog = useService("dialog");
        this.shared = useState(this.assistant.state);
        this.state = useState({ rows: [], more: false, search: "", renaming: "", title: "" });
        this.last = new KeepLast();
        this.search = useDebounced(() => this.load(), 250);
        this.titleInput = useRef("title");
        this.list = useRef("list");
        useAutofocus({ refName: "title", selectAll: true });
        onWillStart(() => this.load());
        // What is asked beside the list appears in it.
        const talk = () => this.shared.talk;
        useEffect(
            () => {
                if (talk().uuid && !this.state.search && !this.state.rows.some(({ uuid }) => uuid === talk().uuid)) {
                    this.load();
                }
            },
            () => [talk().uuid],
        );
    }

    async load(offset = 0) {
        const rows = await this.last.add(this.assistant.call("chat_list", this.state.search, offset));
        this.state.rows = offset ? [...this.state.rows, ...rows] : rows;
        this.state.more = rows.length >= PAGE;
    }

    onSearch(ev) {
        this.state.search = ev.target.value;
        this.search();
    }

    date(row) {
        return toLocaleDateTimeString(deserializeDateTime(row.date));
    }

    isRunning(row) {
        return row.running || this.shared.running.some(({ uuid }) => uuid === row.uuid);
    }

    label(words, row) {
        return { rename: _t("Rename: %s", row.title), delete: _t("Delete: %s", row.title) }[words];
    }

    onRename(row) {
        Object.assign(this.state, { renaming: row.uuid, title: row.title });
    }

    async onRenamed(row) {
        const title = this.state.title.trim();
        this.state.renaming = "";
        if (title && title !== row.title) {
            row.title = await this.assistant.rename(row.uuid, title);
        }
    }

    onTitleKey(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.state.renaming = "";
        }
    }

    onDelete(row) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Delete the conversation"),
            body: _t("“%s” and all its answers are deleted for good. What it cost stays in the ledger.", row.title),
            confirmLabel: _t("Delete"),
            confirmClass: "btn-danger",
            confirm: async () => {
                await this.assistant.remove(row.uuid);
                this.state.rows = this.state.rows.filter(({ uuid }) => uuid !== row.uuid);
            },
            cancel: () => {},
        });
    }
}
