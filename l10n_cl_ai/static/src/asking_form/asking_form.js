import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** The buttons that ask, and wait for the answer. */
const ASKING = ["action_ask", "action_test"];

/**
 * Form that asks the AI: the last answer leaves the screen before the next question is sent, so that nobody takes it
 * for the new one. It is the save of every button that clears it: the call itself must not write before it asks.
 */
export class AskingFormController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        const { root } = this.model;
        if (ASKING.includes(clickParams.name) && root.data.status) {
            await root.update({ status: false });
        }
        return super.beforeExecuteActionButton(clickParams);
    }
}

registry.category("views").add("l10n_cl_ai_asking_form", { ...formView, Controller: AskingFormController });
