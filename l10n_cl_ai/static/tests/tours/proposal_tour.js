import { registry } from "@web/core/registry";

/** An accountant looks at what the AI proposes for an invoice, applies one proposal and discards another. */
registry.category("web_tour.tours").add("l10n_cl_ai_decide_upon_proposals", {
    steps: () => [
        { trigger: ".o_data_row:contains(Glosa primera) .o_data_cell[name=action_name]", run: "click" },
        { trigger: ".o_form_view [name=after_text]:contains(Glosa primera)" },
        { trigger: "button[name=action_apply]:visible", run: "click" },
        { trigger: ".o_notification:contains(Proposals applied: 1)" },
        { trigger: ".o_form_view [name=decision]:contains(Applied)" },
        { trigger: ".breadcrumb a, .o_back_button", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(Glosa primera)))" },
        { trigger: ".o_data_row:contains(Glosa segunda) .o_list_record_selector", run: "click" },
        { trigger: ".o_data_row_selected:contains(Glosa segunda)" },
        { trigger: "button[name=action_discard]:visible", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains(Glosa segunda)))" },
    ],
});
