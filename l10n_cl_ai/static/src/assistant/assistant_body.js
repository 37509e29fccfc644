import { Component, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { Composer } from "./composer";
import { History } from "./history";
import { Talk } from "./talk_view";

/** What panel and page have in common: head, conversation or history, and where one writes. */
export class AssistantBody extends Component {
    static template = "l10n_cl_ai.AssistantBody";
    static components = { Composer, History, Talk };
    static props = { page: { type: Boolean, optional: true } };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.action = useService("action");
        this.state = useState(this.assistant.state);
        this.ui = useState(useService("ui"));
    }

    get showsHistory() {
        return this.state.historyOpen && (!this.props.page || this.ui.isSmall);
    }

    /** The company that is asked about, for who works in several. */
    get company() {
        const { start, talk } = this.state;
        return talk.uuid ? talk.company : start?.company;
    }

    get agent() {
        const { start, talk } = this.state;
        return start?.agents.find(({ code }) => code === talk.agent) || start?.agents[0];
    }

    onExpand() {
        this.assistant.close();
        return this.action.doAction("l10n_cl_ai.ai_assistant_action");
    }
}
