import { registry } from "@web/core/registry";

const INPUT = ".o_l10n_cl_ai_input";

/** What axe-core, put into the page by the Python test, finds wrong with the assistant. */
async function check() {
    const place = document.querySelector(".o_l10n_cl_ai_panel") || document.querySelector(".o_l10n_cl_ai_page");
    const { violations } = await window.axe.run(place, { resultTypes: ["violations"] });
    const words = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    if (words.length) {
        throw new Error(`axe: ${words.join("\n")}`);
    }
}

const ask = (words) => [
    { trigger: INPUT, run: `edit ${words}` },
    { trigger: ".o_l10n_cl_ai_send:enabled", run: "click" },
];

/** A bookkeeper asks about an invoice, reads, judges, notes, and finds the conversation again. */
registry.category("web_tour.tours").add("l10n_cl_ai_assistant", {
    steps: () => [
        { trigger: ".o_form_view .o_field_widget[name=partner_id]" },
        { trigger: ".o_l10n_cl_ai_systray", run: "click" },
        { content: "It knows what is on screen", trigger: ".o_l10n_cl_ai_chip" },
        { trigger: ".o_l10n_cl_ai_panel", run: check },
        ...ask("¿Está bien esta factura?"),
        { trigger: ".o_l10n_cl_ai_text strong:contains(en orden)" },
        { trigger: ".o_l10n_cl_ai_up" },
        { trigger: ".o_l10n_cl_ai_panel", run: check },
        { trigger: ".o_l10n_cl_ai_up", run: "click" },
        { trigger: ".o_l10n_cl_ai_up[aria-pressed=true]" },
        { trigger: ".o_l10n_cl_ai_note", run: "click" },
        { trigger: ".o-mail-Message:contains(en orden)" },
        {
            content: "It stays from screen to screen",
            trigger: ".o_form_view .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        { trigger: ".o_list_view, .o_kanban_view" },
        { trigger: ".o_l10n_cl_ai_text:contains(en orden)" },
        ...ask("¿Y el plazo?"),
        { trigger: ".o_l10n_cl_ai_text:contains(8 días)" },
        { trigger: ".o_l10n_cl_ai_new", run: "click" },
        { trigger: ".o_l10n_cl_ai_suggested" },
        { trigger: ".o_l10n_cl_ai_history_toggle", run: "click" },
        { trigger: ".o_l10n_cl_ai_row:contains(Está bien esta factura)" },
        { trigger: ".o_l10n_cl_ai_panel", run: check },
        { trigger: ".o_l10n_cl_ai_row .o_l10n_cl_ai_open", run: "click" },
        { trigger: ".o_l10n_cl_ai_text:contains(8 días)" },
        { trigger: INPUT, run: "press Escape" },
        { trigger: "body:not(:has(.o_l10n_cl_ai_panel))" },
    ],
});

/** On a page of its own, which a phone has too. */
registry.category("web_tour.tours").add("l10n_cl_ai_assistant_page", {
    steps: () => [
        { trigger: ".o_l10n_cl_ai_page" },
        ...ask("¿Qué es un folio?"),
        { trigger: ".o_l10n_cl_ai_text strong:contains(número)" },
        { trigger: ".o_l10n_cl_ai_copy" },
        { trigger: ".o_l10n_cl_ai_page", run: check },
    ],
});

/** Without AI the panel says why, and shows what the knowledge base has. */
registry.category("web_tour.tours").add("l10n_cl_ai_assistant_off", {
    steps: () => [
        { trigger: ".o_l10n_cl_ai_systray", run: "click" },
        { trigger: ".o_l10n_cl_ai_off" },
        ...ask("¿Qué es un folio?"),
        { trigger: ".o_l10n_cl_ai_status" },
        { trigger: ".o_l10n_cl_ai_panel", run: check },
    ],
});
