import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { AssistantBody } from "./assistant_body";
import { History } from "./history";

/** The assistant on a page of its own, its history at the left. */
export class AssistantPage extends Component {
    static template = "l10n_cl_ai.AssistantPage";
    static components = { AssistantBody, History };
    static props = { ...standardActionServiceProps };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState(this.assistant.state);
        this.ui = useState(useService("ui"));
        onMounted(() => {
            this.state.pages++;
            this.assistant.begin();
        });
        onWillUnmount(() => this.state.pages--);
    }
}

registry.category("actions").add("l10n_cl_ai.assistant", AssistantPage);
