import { registry } from "@web/core/registry";

const SETTING = "#l10n_cl_ai_metrics";

/** An administrator makes a token for Prometheus, reads the metrics with it, and removes it. */
registry.category("web_tour.tours").add("l10n_cl_ai_metrics_token", {
    steps: () => [
        { trigger: ".settings_tab [data-key=account]", run: "click" },
        { trigger: `${SETTING} button:contains(Make a token)`, run: "click" },
        {
            trigger: ".modal [name=token]:contains(l10n-cl-ai-)",
            async run({ anchor }) {
                const token = anchor.textContent.match(/l10n-cl-ai-[\w-]+/)[0];
                const answers = await Promise.all(
                    [token, token + "x"].map((bearer) =>
                        fetch("/l10n_cl_ai/metrics", { headers: { Authorization: `Bearer ${bearer}` } }),
                    ),
                );
                const told = await answers[0].text();
                if (answers[1].status !== 401 || !told.includes("\nl10n_cl_ai_scrape_seconds ")) {
                    throw new Error(`The token does not serve: ${answers.map((answer) => answer.status)}`);
                }
            },
        },
        { trigger: ".modal .modal-footer button:contains(Done)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_menu_brand" },
    ],
});

/** He comes back later, and removes it. */
registry.category("web_tour.tours").add("l10n_cl_ai_metrics_token_removed", {
    steps: () => [
        { trigger: ".settings_tab [data-key=account]", run: "click" },
        { trigger: `${SETTING} [name=l10n_cl_ai_metrics_since]` },
        { trigger: `${SETTING} button:contains(Remove the token)`, run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click", expectUnloadPage: true },
        { trigger: ".settings_tab [data-key=account]", run: "click" },
        { trigger: `${SETTING} button:contains(Make a token)` },
    ],
});
