import { registry } from "@web/core/registry";

/** An administrator pastes the key, tests the connection, and switches a feature on. */
registry.category("web_tour.tours").add("l10n_cl_ai_set_up", {
    steps: () => [
        { trigger: ".settings_tab [data-key=account]", run: "click" },
        { trigger: "#l10n_cl_ai_key input[id^=l10n_cl_ai_api_key]", run: "edit sk-ant-standin-tour-0123456789abcdef" },
        { trigger: ".o_form_button_save", run: "click", expectUnloadPage: true },
        { trigger: ".settings_tab [data-key=account]", run: "click" },
        { trigger: "#l10n_cl_ai_key [name=l10n_cl_ai_key_state]:contains(cdef)" },
        { trigger: "#l10n_cl_ai_key button[name=action_l10n_cl_ai_test_connection]", run: "click" },
        { trigger: ".modal button[name=action_test]", run: "click" },
        { trigger: ".modal .alert-success:contains(works)" },
        { trigger: ".modal .o_field_widget[name=line_ids] .o_data_row" },
        { trigger: ".modal .modal-footer button.btn-secondary:contains(Close)", run: "click" },
        { trigger: "#l10n_cl_ai_features button:contains(by company)", run: "click" },
        { trigger: ".o_data_row:contains(Review of DTE) button[name=action_open_accept]", run: "click" },
        { trigger: ".modal [name=statement]:contains(pseudonyms)" },
        { trigger: ".modal .o_field_widget[name=accepted] input", run: "check" },
        { trigger: ".modal button[name=action_accept]", run: "click" },
        { trigger: ".o_data_row:contains(Review of DTE) .badge:contains(On)" },
    ],
});

/** A manager asks a feature something, reads what it cost, and switches the feature off. */
registry.category("web_tour.tours").add("l10n_cl_ai_try", {
    steps: () => [
        { trigger: ".o_data_row td[name=name]:contains(Review of DTE)", run: "click" },
        { trigger: "button[name=action_open_try]", run: "click" },
        { trigger: ".modal [name=text] textarea", run: "edit ¿Qué es un folio?" },
        { trigger: ".modal button[name=action_ask]", run: "click" },
        { trigger: ".modal [name=status]:contains(Answered)" },
        { trigger: ".modal [name=cost]" },
        { trigger: ".modal .modal-footer button.btn-secondary:contains(Close)", run: "click" },
        { trigger: "button[name=action_disable]", run: "click" },
        { trigger: "button[name=action_open_accept]" },
    ],
});
