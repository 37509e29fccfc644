import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Amounts below a cent have to be told apart from nothing. */
function usd(amount) {
    const digits = amount && amount < 0.1 ? 4 : 2;
    return formatFloat(amount, { digits: [16, digits] });
}

/**
 * What of a budget is spent, and beside it what is reserved by asks under way, against its limit.
 */
export class BudgetBarField extends Component {
    static template = "l10n_cl_ai.BudgetBarField";
    static props = { ...standardFieldProps };

    get figures() {
        const { spent, reserved, limit_usd: limit, alert_percent: alert } = this.props.record.data;
        return { spent, reserved, limit, alert };
    }

    /** Share of the limit, in percent; all of a limit of nothing is used. */
    share(amount) {
        const { limit } = this.figures;
        return limit > 0 ? Math.min((amount / limit) * 100, 100) : 100;
    }

    get spentShare() {
        return this.share(this.figures.spent);
    }

    get reservedShare() {
        return this.figures.limit > 0 ? Math.min(this.share(this.figures.reserved), 100 - this.spentShare) : 0;
    }

    get color() {
        if (this.spentShare >= 100) {
            return "danger";
        }
        return this.spentShare >= this.figures.alert ? "warning" : "success";
    }

    get text() {
        const { spent, reserved, limit } = this.figures;
        const amounts = { spent: usd(spent), reserved: usd(reserved), limit: usd(limit) };
        return reserved
            ? _t("%(spent)s spent and %(reserved)s reserved of %(limit)s USD", amounts)
            : _t("%(spent)s spent of %(limit)s USD", amounts);
    }
}

registry.category("fields").add("l10n_cl_ai_budget_bar", {
    component: BudgetBarField,
    displayName: _t("Budget bar"),
    supportedTypes: ["float"],
    fieldDependencies: [
        { name: "spent", type: "float" },
        { name: "reserved", type: "float" },
        { name: "limit_usd", type: "float" },
        { name: "alert_percent", type: "integer" },
    ],
});
