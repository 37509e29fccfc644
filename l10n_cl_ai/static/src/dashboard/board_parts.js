import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { count, duration, hitRate, percent } from "./board_format";

/** The same figures by feature, company, user or model. */
export class BoardParts extends Component {
    static template = "l10n_cl_ai.BoardParts";
    static props = { by: Object, amount: Function, onOpen: { type: [Function, Boolean] } };

    setup() {
        this.state = useState({ part: "feature" });
        this.count = count;
        this.duration = duration;
        this.parts = [
            { key: "feature", name: _t("By feature"), head: _t("Feature") },
            { key: "company", name: _t("By company"), head: _t("Company") },
            { key: "user", name: _t("By user"), head: _t("User") },
            { key: "model", name: _t("By model"), head: _t("Model") },
        ];
    }

    get part() {
        return this.parts.find(({ key }) => key === this.state.part);
    }

    get rows() {
        return this.props.by[this.state.part];
    }

    rate(row) {
        const rate = hitRate(row);
        return rate === null ? "–" : percent(rate);
    }
}
