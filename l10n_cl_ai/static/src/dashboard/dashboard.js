import { Component, onWillDestroy, onWillStart, status, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { BoardChart } from "./board_chart";
import { charts } from "./board_charts";
import { BoardChoices } from "./board_choices";
import { count, dollars, own } from "./board_format";
import { BoardNow } from "./board_now";
import { BoardParts } from "./board_parts";
import { BoardTile } from "./board_tile";
import { tiles } from "./board_tiles";

const LEDGER = "l10n_cl_ai.request";
/** How often, and after how many ms, it is asked again whether the days of the ledger are summed up. */
const PATIENCE = 30;
const PAUSE = 1000;
const CHOICES = { period: "month", from: false, to: false, feature: "", company: 0, own: false, simulated: false };

/** What the AI costs and how it fares, for who answers for it. */
export class Dashboard extends Component {
    static template = "l10n_cl_ai.Dashboard";
    static components = { BoardChart, BoardChoices, BoardNow, BoardParts, BoardTile };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            choices: { ...CHOICES, ...this.props.state?.choices },
            board: null,
            loading: true,
            adding: 0,
            error: "",
        });
        // Who comes back from the ledger finds what he had chosen.
        useSetupAction({ getLocalState: () => ({ choices: { ...this.state.choices } }) });
        this.amount = this.amount.bind(this);
        // The page stands at once, and says that its figures are on their way.
        onWillStart(() => {
            this.load();
        });
        onWillDestroy(() => browser.clearTimeout(this.timer));
    }

    // -- reading ---------------------------------------------------------------------------------------

    /**
     * @param {number} tries how often it may be asked again while the server sums up the ledger's days; then it is read
     *     without their sums, which takes longer
     */
    async load(tries = PATIENCE) {
        browser.clearTimeout(this.timer);
        const { period, from, to, feature, company, simulated } = this.state.choices;
        this.state.loading = true;
        const options = { date_from: from, date_to: to, feature: feature || false, simulated, hurry: tries > 0 };
        const companies = company ? { company_ids: [company] } : {};
        const request = this.orm.silent.call("l10n_cl_ai.dashboard", "get_board", [period], {
            ...options,
            ...companies,
        });
        let board, error;
        try {
            board = await this.keepLast.add(request);
        } catch (problem) {
            error = problem.data?.message || _t("The server cannot be reached.");
        }
        if (board?.adding) {
            return this.loadLater(board.adding, tries);
        }
        // Figures of something else than what is chosen would be worse than none.
        Object.assign(this.state, { board: board || null, error: error || "", loading: false, adding: 0 });
    }

    /** Have the days summed up, and look again. */
    async loadLater(days, tries) {
        Object.assign(this.state, { board: null, error: "", adding: days });
        const work = tries === PATIENCE && this.orm.silent.call("l10n_cl_ai.dashboard", "sum_up_soon", []);
        const comes = await Promise.resolve(work).catch(() => false);
        const left = tries < PATIENCE || comes ? tries - 1 : 0;
        if (status(this) !== "destroyed") {
            browser.clearTimeout(this.timer);
            this.timer = browser.setTimeout(() => this.load(left), left ? PAUSE : 0);
        }
    }

    change(choices) {
        Object.assign(this.state.choices, choices);
        return "own" in choices ? undefined : this.load();
    }

    // -- showing ---------------------------------------------------------------------------------------

    get board() {
        return this.state.board;
    }

    get adding() {
        const days = count(this.state.adding);
        return _t("The sums of %s days are being made, as after an update: the panel is there in a moment.", days);
    }

    get isEmpty() {
        return !this.board.totals.asks;
    }

    get period() {
        const [first, last] = [this.board.first, this.board.last].map((text) => formatDate(deserializeDate(text)));
        return first === last ? first : _t("%(first)s to %(last)s", { first, last });
    }

    get rate() {
        const { money } = this.board;
        return _t("1 USD = %(amount)s, rate of %(day)s", {
            amount: own(1, money),
            day: formatDate(deserializeDate(money.day)),
        });
    }

    get elsewhere() {
        const { asks, cost } = this.board.elsewhere;
        return _t("questions: %(asks)s, cost: %(cost)s", { asks: count(asks), cost: dollars(cost) });
    }

    get tiles() {
        return tiles(this.board, this.board.can_open && ((key) => this.openTile(key)));
    }

    get charts() {
        return charts(this.board, this.amount, this.opener);
    }

    /** What opens the rows of a day, a reason, a user…; false where the user may not read them. */
    get opener() {
        return this.board.can_open && ((row) => this.openRows(this.nameOf(row), [...this.board.domain, ...row.domain]));
    }

    get openBudgets() {
        return this.board.can_open && (() => this.action.doAction("l10n_cl_ai.ai_budget_action"));
    }

    /** Dollars as they are told now. */
    amount(value) {
        const { choices, board } = this.state;
        return (choices.own && own(value, board.money)) || dollars(value);
    }

    nameOf(row) {
        return row.name || formatDate(deserializeDate(row.day));
    }

    // -- opening what stands behind a figure -----------------------------------------------------------

    openTile(key) {
        const { title } = this.tiles.find(({ name }) => name === key);
        if (key === "running") {
            return this.openRows(title, this.board.running.domain);
        }
        const domain = [...this.board.domain, ...this.board.domains[key]];
        const measure = { call: "call_ms", first: "first_token_ms" }[key];
        return this.openRows(title, domain, measure);
    }

    openRows(name, domain, measure = false) {
        const views = ["list", "kanban", "graph", "pivot", "form"].map((type) => [false, type]);
        if (measure) {
            views.sort((one, other) => (other[1] === "graph") - (one[1] === "graph"));
        }
        const graph = { graph_measure: measure, graph_mode: "line", graph_groupbys: ["asked_at:day"] };
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: LEDGER,
            views,
            domain,
            context: measure ? graph : {},
        });
    }

    openModel({ name, model, domain }) {
        const views = [
            [false, "list"],
            [false, "form"],
        ];
        return this.action.doAction({ type: "ir.actions.act_window", name, res_model: model, views, domain });
    }
}

registry.category("actions").add("l10n_cl_ai.dashboard", Dashboard);
