import { Component, onWillStart } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";

/** Why something was proposed: by which method, how often that was right, and the very lines it was learned from. */
export class SuggestionWhy extends Component {
    static template = "l10n_cl_ai.SuggestionWhy";
    static props = { chip: Object, close: { type: Function, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(async () => {
            this.why = await this.orm.call("l10n_cl_ai.suggestion", "get_why", [[this.props.chip.id]]);
        });
    }

    get title() {
        const { count } = this.why;
        return count === 1 ? _t("Learned from 1 line") : _t("Learned from %s lines", count);
    }

    get hidden() {
        return this.why.count - this.why.sources.length;
    }

    date(source) {
        return formatDate(deserializeDate(source.date));
    }

    amount(source) {
        return formatMonetary(source.amount, { currencyId: source.currency_id });
    }

    onOpen(source) {
        this.props.close?.();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: source.move_id,
            views: [[false, "form"]],
        });
    }
}
