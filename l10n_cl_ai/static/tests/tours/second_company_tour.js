import { registry } from "@web/core/registry";

const NONE = "body:not(:contains(FORANEO))";

/** The manager of a second company sees what is hers, and nothing of the first. */
registry.category("web_tour.tours").add("l10n_cl_ai_second_company", {
    steps: () => [{ trigger: ".o_action_manager :contains(PROPIO)" }, { trigger: NONE }],
});

/** What she is told that was asked is what her company asked. */
registry.category("web_tour.tours").add("l10n_cl_ai_second_panel", {
    steps: () => [
        { trigger: "main[aria-busy=false] [data-tile=cost]:contains(0.50)" },
        { trigger: "button[data-part=user]", run: "click" },
        { trigger: ".o_l10n_cl_ai_board_parts tbody:contains(PROPIO)" },
        { trigger: "button[data-part=model]", run: "click" },
        { trigger: ".o_l10n_cl_ai_board_parts tbody:contains(PROPIO)" },
        { trigger: NONE },
    ],
});
