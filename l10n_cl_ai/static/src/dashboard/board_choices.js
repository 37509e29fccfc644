import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** What is looked at: when, of which feature and company, and in which currency it is told. */
export class BoardChoices extends Component {
    static template = "l10n_cl_ai.BoardChoices";
    static props = { choices: Object, board: { type: Object, optional: true }, onChange: Function };

    setup() {
        this.periods = [
            ["today", _t("Today")],
            ["7days", _t("Last 7 days")],
            ["30days", _t("Last 30 days")],
            ["month", _t("This month")],
            ["last_month", _t("Last month")],
            ["custom", _t("From … to …")],
        ];
    }

    get companies() {
        return this.props.board?.companies || [];
    }

    get features() {
        return this.props.board?.features || [];
    }

    onCompany(id) {
        this.props.onChange({ company: Number(id) });
    }

    onPeriod(period) {
        const { board } = this.props;
        // The days that are shown are where one begins to choose.
        const days = period === "custom" && board ? { from: board.first, to: board.last } : {};
        this.props.onChange({ period, ...days });
    }
}
