import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The purchase orders that fit a draft bill, why, and what a person may do about each. */
export class OrdersField extends Component {
    static template = "l10n_cl_ai.OrdersField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false, why: false });
    }

    get panel() {
        return this.props.record.data[this.props.name] || null;
    }

    onWhy(order) {
        this.state.why = this.state.why === order.id ? false : order.id;
    }

    onLink(order) {
        return this.call("action_l10n_cl_ai_link_order", order.id);
    }

    onUnlink(order) {
        return this.call("action_l10n_cl_ai_unlink_order", order.id);
    }

    onDismiss(order) {
        return this.call("action_l10n_cl_ai_dismiss_order", order.id);
    }

    onRestore() {
        return this.call("action_l10n_cl_ai_restore_orders");
    }

    async onOpen(order) {
        const { resModel, resId } = this.props.record;
        await this.action.doAction(await this.orm.call(resModel, "action_l10n_cl_ai_open_order", [[resId], order.id]));
    }

    /** Save what is typed first: the lines are compared as the database knows them. */
    async call(method, ...parameters) {
        const record = this.props.record;
        if (this.state.busy || !(await record.save())) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(record.resModel, method, [[record.resId], ...parameters]);
        } finally {
            this.state.busy = false;
            // Also after a refusal: what is shown was no longer so.
            await record.load();
        }
    }
}

export const ordersField = {
    component: OrdersField,
    displayName: _t("Purchase orders that fit"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("l10n_cl_ai_orders", ordersField);
