import { registry } from "@web/core/registry";

/** An accountant has a document read by the AI, and goes on working while it waits. */
registry.category("web_tour.tours").add("l10n_cl_ai_ask_for_review", {
    steps: () => [
        { trigger: "button[name=action_l10n_cl_ai_review]:visible", run: "click" },
        { trigger: "a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: ".o_l10n_cl_ai_review[data-state=queued]:contains(Waiting)" },
        { trigger: ".o_l10n_cl_ai_review button:contains(Cancel)" },
    ],
});

/** She reads what it added, beside what the rules found, and says whether it was of use. */
registry.category("web_tour.tours").add("l10n_cl_ai_judge_remark", {
    steps: () => [
        { trigger: "a[name=l10n_cl_ai_page]", run: "click" },
        { trigger: ".text-success:contains(found nothing to object)" },
        { trigger: ".o_l10n_cl_ai_remark[data-code=J05] blockquote:contains(Arriendo amoblado)" },
        { trigger: ".o_l10n_cl_ai_review .badge:contains(Look at it first)" },
        { trigger: ".o_l10n_cl_ai_useful", run: "click" },
        { trigger: ".o_l10n_cl_ai_useful.active" },
    ],
});
