import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Severities from the gravest, with what a person reads and Bootstrap's colour for each. */
const SEVERITIES = [
    { action: "block", label: _t("Blocks"), color: "danger", icon: "fa-ban" },
    { action: "warn", label: _t("Warnings"), color: "warning", icon: "fa-exclamation-triangle" },
    { action: "info", label: _t("For your information"), color: "info", icon: "fa-info-circle" },
];

/**
 * The findings of a document, grouped by severity, each with its reason, its source and, where Odoo
 * can mend it, a button that does.
 */
export class FindingsField extends Component {
    static template = "l10n_cl_ai.FindingsField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false });
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get groups() {
        return SEVERITIES.map((severity) => ({
            ...severity,
            findings: this.list.records.filter((record) => record.data.action === severity.action),
        })).filter((group) => group.findings.length);
    }

    get hidden() {
        return this.list.count - this.list.records.length;
    }

    /** Save what is typed first: the correction is made on the record as the database knows it. */
    async onFix(finding) {
        if (this.state.busy || !(await this.props.record.save())) {
            return;
        }
        this.state.busy = true;
        const refresh = () => this.props.record.load();
        try {
            const next = await this.orm.call("l10n_cl_ai.finding", "action_fix", [[finding.resId]]);
            if (next && next.type) {
                // It may put another view in place of this one: only a dialog comes back here.
                await this.action.doAction(next, { onClose: refresh });
            } else {
                await refresh();
            }
        } finally {
            this.state.busy = false;
        }
    }

    onShowAll() {
        // On a check it is the check itself; on an invoice, its last one.
        const { data, resId } = this.props.record;
        const check = data.l10n_cl_ai_validation_id?.id || resId;
        return this.action.doAction("l10n_cl_ai.ai_finding_action", {
            additionalContext: { search_default_validation_id: check },
        });
    }
}

export const findingsField = {
    component: FindingsField,
    displayName: _t("DTE findings"),
    supportedTypes: ["one2many", "many2many"],
    isEmpty: () => false,
    relatedFields: [
        { name: "action", type: "selection", selection: [] },
        { name: "rule_code", type: "char" },
        { name: "place", type: "char" },
        { name: "path", type: "char" },
        { name: "found", type: "char" },
        { name: "expected", type: "char" },
        { name: "message", type: "char" },
        { name: "consequence", type: "char" },
        { name: "source", type: "char" },
        { name: "source_note", type: "char" },
        { name: "likely_sii_code", type: "char" },
        { name: "can_fix", type: "boolean" },
        { name: "fix_label", type: "char" },
    ],
};

registry.category("fields").add("l10n_cl_ai_findings", findingsField);
