import { registry } from "@web/core/registry";

const ROW = ".tab-pane.active .o_data_row";

/** An accountant suggests for all drafts, accepts one band, takes the line of another, and undoes it all. */
registry.category("web_tour.tours").add("l10n_cl_ai_run", {
    steps: () => [
        { trigger: ".modal button[name=action_start]", run: "click" },
        // The progress bar runs by itself, and gives way to what was found.
        { trigger: ".o_form_view .o_notebook_headers a[name=auto]", run: "click" },
        { trigger: `${ROW}:contains(Gravilla)` },
        { trigger: "button[name=action_accept_auto]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: `${ROW}:contains(Accepted)` },
        { trigger: ".o_notebook_headers a[name=suggested]", run: "click" },
        { trigger: `${ROW} button[name=action_open_choices]`, run: "click" },
        { trigger: ".modal .o_data_row:contains(Puente Quillay) button[name=action_take]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: `${ROW}:contains(Accepted)` },
        { trigger: "button[name=action_undo_all]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: `${ROW}:contains(Undone)` },
        { trigger: ".o_notebook_headers a[name=unknown]", run: "click" },
        { trigger: `${ROW}:contains(Zapallos) button[name=action_dismiss]`, run: "click" },
        { trigger: `${ROW}:contains(Dismissed)` },
    ],
});
