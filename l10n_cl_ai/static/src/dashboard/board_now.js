import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";

import { count, percent, waited } from "./board_format";

const FULL = 100;

/** What holds now, whatever the period: budgets, the provider, what waits. */
export class BoardNow extends Component {
    static template = "l10n_cl_ai.BoardNow";
    static props = { board: Object, amount: Function, openModel: Function, openBudgets: [Function, Boolean] };

    setup() {
        this.percent = percent;
    }

    tone({ percent: used, alert }) {
        return used >= FULL ? "danger" : used >= alert ? "warning" : "success";
    }

    budgetName({ company, period, default: safe }) {
        const name = period === "day" ? _t("Today, %s", company) : _t("This month, %s", company);
        return safe ? _t("%s (safe default)", name) : name;
    }

    budgetWords({ spent, reserved, limit }) {
        const { amount } = this.props;
        const words = { spent: amount(spent), reserved: amount(reserved), limit: amount(limit) };
        return reserved
            ? _t("%(spent)s spent and %(reserved)s reserved of %(limit)s", words)
            : _t("%(spent)s spent of %(limit)s", words);
    }

    breakerWords({ model, state, until, faults }) {
        if (state === "open") {
            const time = formatDateTime(deserializeDateTime(until), { showSeconds: false });
            return _t("%(model)s rests after faults, until %(time)s", { model, time });
        }
        return state === "half_open"
            ? _t("%s was resting; the next question tries it", model)
            : _t("%(model)s: %(faults)s faults in the last minute", { model, faults: count(faults) });
    }

    queueWords({ batch, queued, running, minutes }) {
        const words = { queued: count(queued), running: count(running), age: waited(minutes) };
        if (batch) {
            return _t("%(queued)s documents to come in %(running)s batches", words);
        }
        return queued
            ? _t("%(queued)s waiting, the oldest for %(age)s; %(running)s under way", words)
            : _t("%(running)s under way", words);
    }
}
