import { EventBus, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const NOTIFICATION = "l10n_cl_ai/queue";

/** Tells who asks for it that something in the background moved: the server says which rows, and nothing of what they hold. */
export const queueService = {
    dependencies: ["bus_service"],
    start(env, { bus_service: busService }) {
        const bus = new EventBus();
        busService.subscribe(NOTIFICATION, (notice) => bus.trigger("moved", notice));
        return { bus };
    },
};

registry.category("services").add("l10n_cl_ai.queue", queueService);

/**
 * Call back when rows of a model of the queue moved, as long as the component is on screen.
 *
 * @param {string} model of the queue, e.g. "l10n_cl_ai.review"
 * @param {(records: Object[]) => void} callback
 */
export function useQueue(model, callback) {
    const { bus } = useService("l10n_cl_ai.queue");
    const listener = ({ detail }) => {
        if (detail.model === model) {
            callback(detail.records);
        }
    };
    bus.addEventListener("moved", listener);
    onWillUnmount(() => bus.removeEventListener("moved", listener));
}
