import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useQueue } from "@l10n_cl_ai/queue/queue_service";

/** Keeps the form of a record up to date while the server works on it in the background. */
export class LiveRecord extends Component {
    static template = xml``;
    static props = { ...standardWidgetProps };

    setup() {
        useQueue(this.props.record.resModel, (records) => {
            const { record } = this.props;
            if (records.some(({ id }) => id === record.resId) && !record.dirty) {
                record.load();
            }
        });
    }
}

registry.category("view_widgets").add("l10n_cl_ai_live_record", { component: LiveRecord });
