import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

import { useQueue } from "./queue_service";

/** A controller whose rows follow the queue, unless some are selected: a button is about to act on those. */
const live = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            useQueue(this.props.resModel, async () => {
                const { root } = this.model;
                if (root.selection?.length) {
                    return;
                }
                await this.model.load();
                // What somebody selected while it was being read stays selected.
                const selected = new Set(root.selection?.map(({ resId }) => resId));
                for (const record of this.model.root.records || []) {
                    if (selected.has(record.resId) && !record.selected) {
                        record.toggleSelection(true);
                    }
                }
            });
        }
    };

export const LiveListController = live(ListController);
export const LiveKanbanController = live(KanbanController);

registry.category("views").add("l10n_cl_ai_live_list", { ...listView, Controller: LiveListController });
registry.category("views").add("l10n_cl_ai_live_kanban", { ...kanbanView, Controller: LiveKanbanController });
