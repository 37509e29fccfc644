import { registry } from "@web/core/registry";

const row = (n) => `.o_field_widget[name=invoice_line_ids] .o_data_row:nth-child(${n})`;

/** From a draft bill to booked lines: accept after typing, change, why, undo. */
registry.category("web_tour.tours").add("l10n_cl_ai_suggest_projects", {
    steps: () => [
        { content: "Nothing was proposed yet", trigger: `${row(1)}:not(:has(.o_l10n_cl_ai_suggestion))` },
        { trigger: "button[name=action_l10n_cl_ai_suggest]:visible", run: "click" },
        { trigger: ".o_l10n_cl_ai_summary:contains(2 suggested)" },
        { trigger: `${row(1)} .o_l10n_cl_ai_words:contains(Edificio Los Aromos)` },
        { trigger: `${row(2)} .o_l10n_cl_ai_words:contains(Puente Quillay)` },
        { content: "Type in a line", trigger: `${row(1)} td[name=name]`, run: "click" },
        { trigger: `${row(1)} td[name=name] textarea`, run: "edit Hormigón H30 obra gruesa" },
        { content: "Accept without saving", trigger: `${row(1)} .o_l10n_cl_ai_accept`, run: "click" },
        { trigger: `${row(1)} .o_l10n_cl_ai_badge:contains(Accepted)` },
        { trigger: `${row(1)} td[name=name]:contains(obra gruesa)` },
        { trigger: `${row(1)} td[name=analytic_distribution]:contains(Edificio Los Aromos)` },
        { content: "Change it", trigger: `${row(1)} .o_l10n_cl_ai_choose`, run: "click" },
        { trigger: ".o_l10n_cl_ai_choice button:contains(Puente Quillay)", run: "click" },
        { trigger: `${row(1)} td[name=analytic_distribution]:contains(Puente Quillay)` },
        { content: "Why?", trigger: `${row(2)} .o_l10n_cl_ai_why`, run: "click" },
        { trigger: ".o_l10n_cl_ai_why_panel:contains(Learned from)" },
        { trigger: ".o_l10n_cl_ai_why_panel:contains(Not measured yet)" },
        { trigger: ".o_l10n_cl_ai_source:contains(Arriendo retroexcavadora)" },
        { trigger: ".o_l10n_cl_ai_why_panel", run: "press Escape" },
        { trigger: "body:not(:has(.o_l10n_cl_ai_why_panel))" },
        { content: "All that is left", trigger: ".o_l10n_cl_ai_accept_all:contains((1))", run: "click" },
        { trigger: `${row(2)} td[name=analytic_distribution]:contains(Puente Quillay)` },
        { content: "Undo it", trigger: `${row(2)} .o_l10n_cl_ai_undo`, run: "click" },
        { trigger: `${row(2)} .o_l10n_cl_ai_badge:contains(Undone)` },
        { trigger: `${row(2)} td[name=analytic_distribution]:not(:contains(Puente Quillay))` },
    ],
});

/** Another project, found by its name, with no pointer. */
registry.category("web_tour.tours").add("l10n_cl_ai_suggestion_by_keyboard", {
    steps: () => [
        {
            trigger: `${row(1)} .o_l10n_cl_ai_choose`,
            run() {
                this.anchor.focus();
                if (document.activeElement !== this.anchor) {
                    throw new Error("A button of the chip can't have the focus.");
                }
                this.anchor.click();
            },
        },
        {
            content: "The focus is in the popover",
            trigger: ".o_l10n_cl_ai_choice:has(:focus), .o_l10n_cl_ai_choice:focus-within",
        },
        { trigger: ".o_l10n_cl_ai_search input", run: "edit Canelo" },
        {
            content: "Nothing else is left in the list",
            trigger: ".o_l10n_cl_ai_search ul:has(li:contains(Canelo)):not(:has(li:contains(Aromos)))",
        },
        { trigger: ".o_l10n_cl_ai_search li .ui-state-active:contains(Canelo)" },
        { trigger: ".o_l10n_cl_ai_search input", run: "press Enter" },
        { trigger: `${row(1)} td[name=analytic_distribution]:contains(El Canelo)` },
    ],
});
