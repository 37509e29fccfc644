import { Component, useState } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const { DateTime } = luxon;

/** What the assistant would write, before and after: nothing is written until the user applies it. */
export class Proposal extends Component {
    static template = "l10n_cl_ai.ChatProposal";
    static props = { proposal: Object, message: Object };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState({ busy: false });
        this.words = { applied: _t("Applied"), discarded: _t("Discarded"), expired: _t("Expired") };
    }

    /** An activity is made anew: nothing of it was there before. */
    get changesSomething() {
        return this.props.proposal.kind !== "activity";
    }

    get expires() {
        return toLocaleDateTimeString(DateTime.fromISO(this.props.proposal.expires).toLocal());
    }

    async onDecide(decision) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.assistant.decide(this.props.message, this.props.proposal, decision);
        } finally {
            this.state.busy = false;
        }
    }
}
