import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { useQueue } from "../queue/queue_service";

const OPEN = ["queued", "running"];
const COLORS = { send: "success", review: "warning", reject: "danger", not_evaluated: "secondary" };

/**
 * What the AI adds to what the rules found, apart from them: recommendation, remarks with their quotes, and whether they
 * were of use. It follows a review in the background by itself.
 */
export class ReviewPanelField extends Component {
    static template = "l10n_cl_ai.ReviewPanelField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ busy: false });
        useQueue("l10n_cl_ai.review", (records) => {
            if (records.some(({ move }) => move === this.props.record.resId)) {
                this.follow();
            }
        });
    }

    get panel() {
        return this.props.record.data[this.props.name] || null;
    }

    get open() {
        return OPEN.includes(this.panel.state);
    }

    get color() {
        return COLORS[this.panel.recommendation] || "secondary";
    }

    get title() {
        return this.panel.shown === "stale" ? _t("Read before the last change") : this.panel.state_label;
    }

    colorOf(remark) {
        return remark.action === "warn" ? "warning" : "info";
    }

    /** What somebody is typing is not thrown away for news of the background. */
    async follow() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }

    async call(model, method, args) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(model, method, args);
            await this.follow();
        } finally {
            this.state.busy = false;
        }
    }

    onCancel() {
        return this.call("l10n_cl_ai.review", "action_cancel", [[this.panel.id]]);
    }

    onLook() {
        return this.call("l10n_cl_ai.review", "action_look", [[this.panel.id]]);
    }

    onFeedback(remark, feedback) {
        const value = remark.feedback === feedback ? false : feedback;
        return this.call("l10n_cl_ai.review.finding", "action_feedback", [[remark.id], value]);
    }
}

export const reviewPanelField = {
    component: ReviewPanelField,
    displayName: _t("Review by the AI"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("l10n_cl_ai_review_panel", reviewPanelField);
