import { registry } from "@web/core/registry";

const ANSWERS = ".o_field_widget[name=l10n_cl_ai_outcome_ids]";

/** An accountant types that the SII rejected an invoice, reads what it means, and takes it back to mend it. */
registry.category("web_tour.tours").add("l10n_cl_ai_rejected", {
    steps: () => [
        { trigger: "button[name=action_l10n_cl_ai_type_outcome]", run: "click" },
        { trigger: ".modal .o_field_widget[name=kind] input", run: "click" },
        { trigger: ".o_select_menu_item[data-choice-index='2']", run: "click" },
        { trigger: ".modal .o_field_widget[name=reasons] textarea", run: "edit (HED-3-846) Falta comuna" },
        { trigger: ".modal button[name=action_record]", run: "click" },
        { trigger: "div[name=l10n_cl_ai_rejected]" },
        { trigger: ".o_notebook_headers a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: `${ANSWERS} .o_kanban_record:contains(HED-3-846)` },
        { trigger: `${ANSWERS} button[name=action_remedy]`, run: "click" },
        { trigger: "button[name=action_post]" },
    ],
});

/** A claimed invoice: its button opens Odoo's own form for a credit note. */
registry.category("web_tour.tours").add("l10n_cl_ai_claimed", {
    steps: () => [
        { trigger: "div[name=l10n_cl_ai_claimed]" },
        { trigger: ".o_notebook_headers a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: `${ANSWERS} .o_kanban_record:contains(801)` },
        { trigger: `${ANSWERS} button[name=action_remedy]`, run: "click" },
        { trigger: ".modal button[name=refund_moves]" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
