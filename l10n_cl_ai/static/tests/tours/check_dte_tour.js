import { registry } from "@web/core/registry";

/** An accountant opens an invoice, checks it, reads the finding and mends it with a click. */
registry.category("web_tour.tours").add("l10n_cl_ai_check_and_fix", {
    steps: () => [
        { trigger: "button[name=action_l10n_cl_ai_check]", run: "click" },
        { trigger: ".o_notebook_headers a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: ".o_l10n_cl_ai_finding[data-rule=A02] .o_l10n_cl_ai_fix", run: "click" },
        { trigger: ".o_notebook:not(:has([data-rule=A02])) button[name=action_undo]" },
        { trigger: "button[name=action_undo]", run: "click" },
        { trigger: ".o_l10n_cl_ai_finding[data-rule=A02]" },
    ],
});

/** From a list: select, run the action, watch it finish, open the results. */
registry.category("web_tour.tours").add("l10n_cl_ai_check_from_list", {
    steps: () => [
        { trigger: ".o_list_renderer thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)", run: "click" },
        { trigger: ".o-dropdown--menu .o_menu_item:contains(DTE)", run: "click" },
        { trigger: ".o_l10n_cl_ai_progress [aria-valuenow='100']" },
        { trigger: ".modal button[name=action_open_results]", run: "click" },
        { trigger: ".o_breadcrumb:contains(DTE)" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});

/** A refused posting says why, in a dialog for people and not in one for crashes. */
registry.category("web_tour.tours").add("l10n_cl_ai_posting_is_refused", {
    steps: () => [
        { trigger: "button[name=action_post]", run: "click" },
        { trigger: ".modal .modal-body:contains(A02)" },
        { trigger: ".modal:not(:has(.o_error_detail))" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
