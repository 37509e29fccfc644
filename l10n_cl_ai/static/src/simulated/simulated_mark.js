import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

/** Says on every screen that a stand-in answers in place of the AI: nobody shall take its words for advice. */
export class SimulatedMark extends Component {
    static template = "l10n_cl_ai.SimulatedMark";
    static props = {};
}

export const simulatedMark = {
    Component: SimulatedMark,
    isDisplayed: () => Boolean(session.l10n_cl_ai_simulated),
};

registry.category("systray").add("l10n_cl_ai.simulated", simulatedMark, { sequence: 60 });
