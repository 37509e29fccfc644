import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { useQueue } from "../queue/queue_service";

/** How many suggestions of which kind a bill has, and what can be done with all of them at once. */
export class SuggestionBar extends Component {
    static template = "l10n_cl_ai.SuggestionBar";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ busy: false });
        useQueue("l10n_cl_ai.suggestion.question", (records) => {
            if (records.some(({ move }) => move === this.props.record.resId)) {
                this.follow();
            }
        });
    }

    get bar() {
        return this.props.record.data[this.props.name] || null;
    }

    /** E.g. "3 suggested, 1 I don't know". */
    get summary() {
        const { bar } = this;
        if (bar.settled) {
            return _t("%(right)s of %(n)s suggestions were right", { right: bar.right, n: bar.settled });
        }
        return [
            bar.suggested && (bar.suggested === 1 ? _t("1 suggested") : _t("%s suggested", bar.suggested)),
            bar.unknown && (bar.unknown === 1 ? _t("1 I don't know") : _t("%s I don't know", bar.unknown)),
            bar.automatic && (bar.automatic === 1 ? _t("1 automatic") : _t("%s automatic", bar.automatic)),
            bar.decided && (bar.decided === 1 ? _t("1 decided") : _t("%s decided", bar.decided)),
        ]
            .filter(Boolean)
            .join(", ");
    }

    /** What somebody is typing is not thrown away for news of the background. */
    async follow() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }

    async call(method) {
        const { record } = this.props;
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            if (await record.save()) {
                await this.orm.call("account.move", method, [[record.resId]]);
                await record.load();
            }
        } finally {
            this.state.busy = false;
        }
    }

    onAcceptAll() {
        return this.call("action_l10n_cl_ai_accept_all");
    }

    onUndoAll() {
        return this.call("action_l10n_cl_ai_undo_all");
    }
}

export const suggestionBar = {
    component: SuggestionBar,
    displayName: _t("Suggestions of the bill"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("l10n_cl_ai_suggestion_bar", suggestionBar);
