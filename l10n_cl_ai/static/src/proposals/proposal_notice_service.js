import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { debounce } from "@web/core/utils/timing";

/** Milliseconds in which answers are told of together. */
const TOGETHER = 1500;

/** Tells who asked that proposals wait for his decision, or that no answer came: once for many, with a button to them. */
export const proposalNoticeService = {
    dependencies: ["action", "l10n_cl_ai.queue", "notification"],
    start(env, { action, "l10n_cl_ai.queue": { bus }, notification }) {
        /** Gather ids, and tell of them together. */
        const teller = (message, type, filters) => {
            let gathered = new Set();
            const onClick = () =>
                action.doAction("l10n_cl_ai.ai_proposal_action", {
                    additionalContext: { search_default_waiting: 0, ...filters },
                });
            const tell = debounce(() => {
                const count = gathered.size;
                gathered = new Set();
                notification.add(message(count), { type, buttons: [{ name: _t("Open"), primary: true, onClick }] });
            }, TOGETHER);
            return (records) => {
                records.forEach(({ id }) => gathered.add(id));
                if (records.length) {
                    tell();
                }
            };
        };
        const tellOpen = teller((count) => _t("The AI has answered; proposals to decide upon: %s", count), "info", {});
        const tellUnanswered = teller(
            (count) => _t("The AI gave no answer, and nothing is proposed, for so many records: %s", count),
            "warning",
            { search_default_open: 0, search_default_not_evaluated: 1 },
        );
        bus.addEventListener("moved", ({ detail: { model, records } }) => {
            if (model === "l10n_cl_ai.proposal") {
                tellOpen(records.filter(({ decision }) => decision === "open"));
                tellUnanswered(records.filter(({ state }) => state === "not_evaluated"));
            }
        });
    },
};

registry.category("services").add("l10n_cl_ai.proposal_notice", proposalNoticeService);
