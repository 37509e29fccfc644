import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** How long to wait for another tab that works on the same run, in milliseconds. */
const BUSY = 500;

/**
 * Prepares a run's suggestions, some bills a request, showing how far it got. Each request is a
 * transaction of its own: what was done stays when the tab is closed, and Continue takes up the rest.
 */
export class RunProgress extends Component {
    static template = "l10n_cl_ai.RunProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { done, total, skipped } = this.props.record.data;
        this.state = useState({ done, total, skipped, running: false, failed: false });
        onMounted(() => {
            if (!this.state.done && this.props.record.data.is_mine) {
                this.run();
            }
        });
        onWillUnmount(() => (this.stopped = true));
    }

    get percent() {
        return this.state.total ? Math.floor((100 * this.state.done) / this.state.total) : 0;
    }

    get canContinue() {
        return !this.state.running && this.props.record.data.is_mine;
    }

    stop() {
        this.stopped = true;
    }

    async run() {
        if (this.state.running) {
            return;
        }
        Object.assign(this.state, { running: true, failed: false });
        this.stopped = false;
        let again = true;
        try {
            while (again && !this.stopped) {
                again = await this.step();
            }
        } catch (error) {
            this.state.failed = true;
            throw error;
        } finally {
            this.state.running = false;
        }
        if (!again) {
            await this.props.record.load();
        }
    }

    async step() {
        const { resModel, resId } = this.props.record;
        const { done, total, skipped, running, busy } = await this.orm.call(resModel, "work_next", [[resId]]);
        Object.assign(this.state, { done, total, skipped });
        if (busy) {
            await new Promise((resolve) => setTimeout(resolve, BUSY));
        }
        return running;
    }
}

registry.category("view_widgets").add("l10n_cl_ai_run_progress", { component: RunProgress });
