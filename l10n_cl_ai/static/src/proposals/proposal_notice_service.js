import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { debounce } from "@web/core/utils/timing";

/** Milliseconds in which answers are told of together. */
const TOGETHER = 1500;

/** Tells who asked that proposals wait for his decision: once for many, with a button that opens them. */
export const proposalNoticeService = {
    dependencies: ["action", "l10n_cl_ai.queue", "notification"],
    start(env, { action, "l10n_cl_ai.queue": { bus }, notification }) {
        let waiting = new Set();
        const tell = debounce(() => {
            const ids = [...waiting];
            waiting = new Set();
            notification.add(_t("The AI has answered; proposals to decide upon: %s", ids.length), {
                type: "info",
                buttons: [
                    {
                        name: _t("Open"),
                        primary: true,
                        onClick: () =>
                            action.doAction("l10n_cl_ai.ai_proposal_action", {
                                additionalContext: { search_default_waiting: 0 },
                            }),
                    },
                ],
            });
        }, TOGETHER);
        bus.addEventListener("moved", ({ detail: { model, records } }) => {
            if (model !== "l10n_cl_ai.proposal") {
                return;
            }
            const open = records.filter(({ decision }) => decision === "open");
            open.forEach(({ id }) => waiting.add(id));
            if (open.length) {
                tell();
            }
        });
    },
};

registry.category("services").add("l10n_cl_ai.proposal_notice", proposalNoticeService);
