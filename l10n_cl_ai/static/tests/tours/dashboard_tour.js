import { registry } from "@web/core/registry";

/** What axe-core, put into the page by the Python test, finds wrong with the panel. */
async function check() {
    const place = document.querySelector(".o_l10n_cl_ai_board");
    const { violations } = await window.axe.run(place, { resultTypes: ["violations"] });
    const words = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    if (words.length) {
        throw new Error(`axe: ${words.join("\n")}`);
    }
}

const back = [{ trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item a, .o_back_button", run: "click" }];

/** A manager looks at a month, opens what stands behind a figure and a reason, and comes back to what was chosen. */
registry.category("web_tour.tours").add("l10n_cl_ai_dashboard", {
    steps: () => [
        { trigger: "[data-tile=cost] .o_l10n_cl_ai_board_value" },
        { trigger: ".o_l10n_cl_ai_board_choices select[name=period]", run: "select 30days" },
        { trigger: "main[aria-busy=false] [data-tile=errors]" },
        { trigger: "figure:first summary", run: "click" },
        { trigger: ".o_l10n_cl_ai_board", run: check },
        { trigger: "button[data-tile=errors]", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        ...back,
        { content: "What was chosen is still chosen", trigger: "select[name=period]:value(30days)" },
        { trigger: "figure:has(canvas) table button", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        ...back,
        { trigger: "button[data-tile=call]", run: "click" },
        { trigger: ".o_graph_view canvas" },
        ...back,
        { trigger: "button[data-part=user]", run: "click" },
        { trigger: ".o_l10n_cl_ai_board_parts tbody button:first", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        ...back,
        { trigger: "select[name=feature]", run: "select chat" },
        { trigger: "main[aria-busy=false] [data-tile=cost]" },
    ],
});

/** The same on a phone, where lists are cards. */
registry.category("web_tour.tours").add("l10n_cl_ai_dashboard_phone", {
    steps: () => [
        { trigger: "[data-tile=cost] .o_l10n_cl_ai_board_value" },
        { trigger: ".o_l10n_cl_ai_board", run: check },
        { trigger: "button[data-tile=errors]", run: "click" },
        { trigger: ".o_kanban_view .o_kanban_record, .o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("l10n_cl_ai_dashboard_empty", {
    steps: () => [{ trigger: ".o_l10n_cl_ai_board_empty" }, { trigger: ".o_l10n_cl_ai_board", run: check }],
});
