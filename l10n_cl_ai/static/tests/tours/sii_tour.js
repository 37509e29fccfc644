import { registry } from "@web/core/registry";

/** An accountant has the SII's site looked at, reads what is new, and takes it up. */
registry.category("web_tour.tours").add("l10n_cl_ai_sii", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(guías de despacho)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=impact]:contains(Documents change)" },
        { trigger: ".o_field_widget[name=body]:contains(comuna de destino)" },
        { trigger: ".o_notebook .nav-link:contains(Why it is here)", run: "click" },
        { trigger: ".o_field_widget[name=words_text]:contains(modifica)" },
        { trigger: ".o_field_widget[name=days_text]:contains(2099)" },
        { trigger: "button[name=action_rate_useful]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_rate_useful]))" },
        { trigger: ".o_statusbar_status button:contains(Under analysis)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Under analysis)" },
        // It is shown before it is saved.
        { trigger: ".o_form_view .o_form_saved" },
        // There are no documents of the kind, so there is nothing to open.
        { trigger: ".o_form_view:not(:has(button[name=action_open_documents]))" },
    ],
});

/** A manager sets how a page is read, and sees at once what that reads; and has it looked at. */
registry.category("web_tour.tours").add("l10n_cl_ai_sii_source", {
    steps: () => [
        { trigger: ".o_data_row:contains(mía) td[name=name]", run: "click" },
        { trigger: ".o_field_widget[name=preview]:contains(12 of 12 rows)" },
        { trigger: ".o_field_widget[name=path] input", run: "edit //h1[" },
        { trigger: ".o_field_widget[name=kind]", run: "click" },
        { trigger: ".o_field_widget[name=preview]:contains(XPath)" },
        { trigger: ".o_form_button_cancel", run: "click" },
        { trigger: ".o_field_widget[name=preview]:contains(12 of 12 rows)" },
        { trigger: "button[name=action_look_now]", run: "click" },
        { trigger: ".modal .o_field_widget[name=state]:contains(Waiting)" },
        { trigger: ".modal button:contains(Close)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
