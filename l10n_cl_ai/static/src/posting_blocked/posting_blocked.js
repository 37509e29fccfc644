import { WarningDialog, odooExceptionTitleMap } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

// Odoo chooses the dialog by the name of the exception, not by its ancestors: a refusal that is not named
// here would be shown as a crash ("An error occurred… contact support"), with its reasons hidden.
const POSTING_BLOCKED = "odoo.addons.l10n_cl_ai.models.account_move_post.PostingBlocked";

odooExceptionTitleMap.set(POSTING_BLOCKED, odooExceptionTitleMap.get("odoo.exceptions.UserError"));
registry.category("error_dialogs").add(POSTING_BLOCKED, WarningDialog);
