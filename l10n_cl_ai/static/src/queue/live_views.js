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
            useQueue(this.props.resModel, () => {
                if (!this.model.root.selection?.length) {
                    this.model.load();
                }
            });
        }
    };

export const LiveListController = live(ListController);
export const LiveKanbanController = live(KanbanController);

registry.category("views").add("l10n_cl_ai_live_list", { ...listView, Controller: LiveListController });
registry.category("views").add("l10n_cl_ai_live_kanban", { ...kanbanView, Controller: LiveKanbanController });
