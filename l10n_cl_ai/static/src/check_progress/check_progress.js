import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Checks the wizard's documents batch after batch, showing how far it got. Each batch is a request of
 * its own: closing the dialog or pressing Stop keeps what was checked.
 */
export class CheckProgress extends Component {
    static template = "l10n_cl_ai.CheckProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ done: 0, total: 0, verdicts: {}, running: false, failed: false });
        onMounted(() => this.run());
        onWillUnmount(() => (this.stopped = true));
    }

    get percent() {
        return this.state.total ? Math.floor((100 * this.state.done) / this.state.total) : 0;
    }

    count(verdict) {
        return this.state.verdicts[verdict] || 0;
    }

    stop() {
        this.stopped = true;
    }

    async run() {
        if (this.state.running || !(await this.props.record.save())) {
            return;
        }
        Object.assign(this.state, { running: true, failed: false });
        this.stopped = false;
        try {
            do {
                const { resModel, resId } = this.props.record;
                Object.assign(this.state, await this.orm.call(resModel, "check_next", [[resId]]));
            } while (!this.stopped && this.state.done < this.state.total);
        } catch (error) {
            this.state.failed = true;
            throw error;
        } finally {
            this.state.running = false;
        }
        if (!this.stopped) {
            await this.props.record.load();
        }
    }
}

export const checkProgress = { component: CheckProgress };

registry.category("view_widgets").add("l10n_cl_ai_check_progress", checkProgress);
