import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

/** Opens and closes the assistant; says when an answer is being written out of sight. */
export class AssistantSystray extends Component {
    static template = "l10n_cl_ai.AssistantSystray";
    static props = {};

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState(this.assistant.state);
    }

    get label() {
        return this.state.running.length ? _t("Assistant: an answer is being written") : _t("Assistant");
    }
}

const isAllowed = () => Boolean(session.l10n_cl_ai_assistant);

registry
    .category("systray")
    .add("l10n_cl_ai.assistant", { Component: AssistantSystray, isDisplayed: isAllowed }, { sequence: 30 });

registry.category("command_provider").add("l10n_cl_ai.assistant", {
    provide: (env) =>
        isAllowed()
            ? [
                  {
                      name: _t("Ask the assistant"),
                      category: "default",
                      action: () => env.services["l10n_cl_ai.assistant"].open(),
                  },
              ]
            : [],
});
