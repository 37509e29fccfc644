import { EventBus, onWillUnmount, useEffect } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { FormController } from "@web/views/form/form_controller";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { ListController } from "@web/views/list/list_controller";

/** Records of a selection that are told of: more than the server takes, so that it knows when there are too many. */
const MOST_IDS = 1001;

/** Views on screen, the topmost last, each as a function that says what it shows. */
const shown = [];

/** Tells that something else is on screen. */
export const screenBus = new EventBus();

/**
 * Return what the user has before his eyes, as the server reads it; null where no records are shown.
 *
 * @param {Object} actionService tells of views that are loaded on demand only (pivot, graph, calendar)
 * @returns {{model: string, ids: number[], view: string, domain: any[], title?: string}|null}
 */
export function onScreen(actionService) {
    if (shown.length) {
        return shown.at(-1)();
    }
    const { action, view } = actionService.currentController || {};
    const domain = Array.isArray(action?.domain) ? action.domain : [];
    return view && action.res_model ? { model: action.res_model, ids: [], view: view.type, domain } : null;
}

/** Let the assistant know what a view shows, for as long as it shows it. Views in dialogs pass too soon to count. */
function useOnScreen(env, read) {
    if (env.inDialog) {
        return;
    }
    useEffect(
        () => {
            shown.push(read);
            screenBus.trigger("changed");
        },
        () => [],
    );
    useEffect(
        () => screenBus.trigger("changed"),
        () => [JSON.stringify(read())],
    );
    onWillUnmount(() => {
        shown.splice(shown.indexOf(read), 1);
        screenBus.trigger("changed");
    });
}

function readForm(controller) {
    const { resModel, resId } = controller.model.root || {};
    return resModel ? { model: resModel, ids: resId ? [resId] : [], view: "form", domain: [] } : null;
}

const readMany = (view) => (controller) => {
    const { root } = controller.model;
    // All that the filter finds is what the list shows, page by page.
    const selection = (!root?.isDomainSelected && root?.selection) || [];
    const ids = selection.map(({ resId }) => resId).filter(Boolean);
    const model = controller.props.resModel;
    const title = controller.env.config.getDisplayName?.() || "";
    return { model, ids: ids.slice(0, MOST_IDS), view, domain: controller.props.domain || [], title };
};

for (const [Controller, read] of [
    [FormController, readForm],
    [ListController, readMany("list")],
    [KanbanController, readMany("kanban")],
]) {
    patch(Controller.prototype, {
        setup() {
            super.setup(...arguments);
            useOnScreen(this.env, () => read(this));
        },
    });
}
