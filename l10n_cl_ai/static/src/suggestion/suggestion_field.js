import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { SuggestionChoice } from "./suggestion_choice";
import { SuggestionWhy } from "./suggestion_why";

/** Bootstrap's colour and an icon for each band: both beside words, never in place of them. */
const BANDS = {
    auto: { color: "success", icon: "fa-check-circle" },
    suggested: { color: "info", icon: "fa-lightbulb-o" },
    unknown: { color: "secondary", icon: "fa-question-circle" },
};

/**
 * What is proposed for a line of a bill, how likely, by which method; with what a person may do about it. Nothing where
 * nothing was proposed, so also on lines that were never saved.
 */
export class SuggestionField extends Component {
    static template = "l10n_cl_ai.SuggestionField";
    static props = { ...standardFieldProps };

    setup() {
        // Not by useService: saving puts other components in place of this one, which then still has to finish.
        this.orm = this.env.services.orm;
        this.state = useState({ busy: false });
        const options = { popoverClass: "o_l10n_cl_ai_suggestion_popover", setActiveElement: true };
        const useBottomSheet = Boolean(this.env.isSmall);
        this.choice = usePopover(SuggestionChoice, { ...options, useBottomSheet });
        this.why = usePopover(SuggestionWhy, { ...options, useBottomSheet });
    }

    get chip() {
        return this.props.record.data[this.props.name] || null;
    }

    get isOpen() {
        return this.chip.state === "open" && !this.chip.settled;
    }

    get isApplied() {
        return ["accepted", "changed"].includes(this.chip.state);
    }

    /** What the badge says: the band while it is open, afterwards what became of it. */
    get badge() {
        const { chip } = this;
        if (chip.settled) {
            return this.settledBadge;
        }
        if (this.isOpen) {
            return { ...BANDS[chip.band], words: chip.band_words };
        }
        if (this.isApplied && chip.automatic) {
            return { color: "primary", icon: "fa-bolt", words: _t("Automatic") };
        }
        if (this.isApplied) {
            return {
                color: "success",
                icon: "fa-check",
                words: chip.by_hand ? _t("Booked by hand") : chip.state_words,
            };
        }
        return { color: "light", icon: "fa-minus-circle", words: chip.state_words };
    }

    /** What was not proposed with confidence was neither right nor wrong. */
    get settledBadge() {
        const { chip } = this;
        if (chip.band === "unknown") {
            return { color: "light", icon: BANDS.unknown.icon, words: chip.band_words };
        }
        if (chip.right) {
            return { color: "light", icon: "fa-check", words: _t("It was right") };
        }
        const words = chip.left ? _t("Posted without any") : _t("It was not right");
        return { color: "light", icon: "fa-times", words };
    }

    get words() {
        const { chip } = this;
        if (chip.hidden && !this.isApplied) {
            return _t("What was proposed is closed, or not yours to see.");
        }
        if (!this.isApplied && chip.band === "unknown") {
            return "";
        }
        if (chip.settled) {
            return chip.proposal;
        }
        return (this.isApplied && chip.applied) || chip.proposal;
    }

    get showsChance() {
        return this.isOpen && this.chip.label && this.chip.band !== "unknown";
    }

    get mayAccept() {
        return this.isOpen && this.chip.may_decide && this.chip.label && this.chip.band !== "unknown";
    }

    get mayChoose() {
        return this.chip.may_decide && !this.chip.settled;
    }

    get label() {
        const target = this.chip.target === "account" ? _t("Suggested account") : _t("Suggested project");
        const chance = this.showsChance ? `, ${this.chip.percent} %, ${this.chip.method_words}` : "";
        return `${target}: ${this.badge.words}. ${this.words}${chance}`;
    }

    get labelOfAccept() {
        return _t("Accept: %s", this.chip.proposal);
    }

    /**
     * Save what was typed, as Odoo does for its own buttons; then call, and read the line again.
     *
     * @param {string} method of the suggestion
     * @param {any[]} [args]
     */
    async call(method, args = []) {
        const { root } = this.props.record.model;
        const { id } = this.chip;
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            if (await root.save()) {
                await this.orm.call("l10n_cl_ai.suggestion", method, [[id], ...args]);
                await root.load();
            }
        } finally {
            this.state.busy = false;
        }
    }

    onAccept() {
        return this.call("action_accept");
    }

    onDismiss() {
        return this.call("action_dismiss");
    }

    onUndo() {
        return this.call("action_undo");
    }

    onChoose(ev) {
        this.choice.open(ev.currentTarget, {
            chip: this.chip,
            choose: (label) => this.call("action_choose", [label]),
        });
    }

    onWhy(ev) {
        this.why.open(ev.currentTarget, { chip: this.chip });
    }
}

export const suggestionField = {
    component: SuggestionField,
    displayName: _t("Suggestion"),
    supportedTypes: ["json"],
    isEmpty: () => false,
    listViewWidth: [185, 260],
};

registry.category("fields").add("l10n_cl_ai_suggestion", suggestionField);
