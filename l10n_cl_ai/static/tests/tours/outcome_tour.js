import { registry } from "@web/core/registry";

const ANSWERS = ".o_field_widget[name=l10n_cl_ai_outcome_ids]";

/** An accountant types that the SII rejected an invoice, reads what it means, and takes it back to mend it. */
registry.category("web_tour.tours").add("l10n_cl_ai_rejected", {
    steps: () => [
        { trigger: "button[name=action_l10n_cl_ai_type_outcome]", run: "click" },
        { trigger: ".modal .o_field_widget[name=kind] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Rejected by the SII)", run: "click" },
        { trigger: ".modal .o_field_widget[name=reasons] textarea", run: "edit (HED-3-846) Falta comuna" },
        { trigger: ".modal button[name=action_record]", run: "click" },
        { trigger: ".alert-danger:contains(The SII rejected this document)" },
        { trigger: ".o_notebook_headers a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: `${ANSWERS} .o_data_row:contains(HED-3-846):contains(Receiver comuna missing)` },
        { trigger: `${ANSWERS} button[name=action_remedy]:contains(Back to draft)`, run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Draft)" },
    ],
});

/** A claimed invoice: its button opens Odoo's own form for a credit note. */
registry.category("web_tour.tours").add("l10n_cl_ai_claimed", {
    steps: () => [
        { trigger: ".alert-danger:contains(The customer claimed this document)" },
        { trigger: ".o_notebook_headers a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: `${ANSWERS} .o_data_row:contains(Ask for the order)` },
        { trigger: `${ANSWERS} button[name=action_remedy]:contains(Credit note)`, run: "click" },
        { trigger: ".modal button[name=refund_moves]" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
