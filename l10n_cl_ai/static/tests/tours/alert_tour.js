import { registry } from "@web/core/registry";

/** A manager sees that nothing fires, measures now, and sees what fired and who was told. */
registry.category("web_tour.tours").add("l10n_cl_ai_alerts", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(Cost of a day)" },
        { trigger: ".o_kanban_record:contains(Errors in an hour):contains(Quiet)", run: "click" },
        { trigger: ".o_form_view button[name=action_measure]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Firing)" },
        { trigger: ".o_field_widget[name=event_ids] .o_data_row:contains(12)" },
        { trigger: ".o-mail-Activity:contains(AI alert)" },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: ".o_kanban_record:contains(Errors in an hour):contains(Firing)" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_data_row:contains(Errors in an hour) .badge:contains(Firing)" },
    ],
});

/** An administrator makes a webhook and sends it a test. */
registry.category("web_tour.tours").add("l10n_cl_ai_webhooks", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Guardia" },
        { trigger: ".o_field_widget[name=url] input", run: "edit https://hooks.example.cl/in" },
        { trigger: ".o_form_view:contains(it is sent unsigned)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name=action_test]:visible", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=body]:contains(A test of Odoo)" },
        { trigger: ".o_arrow_button_current:contains(Waiting)" },
    ],
});
