import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

/** The other candidates of a suggestion, each with how likely it is; and any other account that the user finds. */
export class SuggestionChoice extends Component {
    static template = "l10n_cl_ai.SuggestionChoice";
    static components = { RecordSelector };
    static props = { chip: Object, choose: Function, close: { type: Function, optional: true } };

    get others() {
        const { chip } = this.props;
        const proposed = chip.state === "open" && chip.band !== "unknown" ? chip.label : "";
        return chip.candidates.filter(({ label }) => label !== proposed);
    }

    get isAccount() {
        return this.props.chip.target === "account";
    }

    get picker() {
        const { company } = this.props.chip;
        const domain = this.isAccount
            ? [
                  ["company_ids", "parent_of", company],
                  ["account_type", "not in", ["asset_receivable", "liability_payable"]],
              ]
            : [["company_id", "in", [false, company]]];
        return {
            resId: false,
            resModel: this.isAccount ? "account.account" : "account.analytic.account",
            domain,
            fieldString: this.isAccount ? _t("Account") : _t("Project"),
            placeholder: this.isAccount ? _t("Search another account…") : _t("Search another project…"),
            update: (id) => id && this.choose(this.isAccount ? String(id) : `${id}:100`),
        };
    }

    choose(label) {
        this.props.close?.();
        return this.props.choose(label);
    }
}
