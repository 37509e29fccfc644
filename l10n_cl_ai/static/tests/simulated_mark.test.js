import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { NavBar } from "@web/webclient/navbar/navbar";

describe.current.tags("desktop");

defineMailModels();

test("while a stand-in answers, every screen says so", async () => {
    patchWithCleanup(session, { l10n_cl_ai_simulated: true });
    await mountWithCleanup(NavBar);
    expect(".o_menu_systray .o_l10n_cl_ai_simulated[role=note]").toHaveText("Simulated answers");
    expect(".o_l10n_cl_ai_simulated .badge").toHaveCount(0, { message: "the bar moves what is one" });
    expect(".o_l10n_cl_ai_simulated .fa-flask").toHaveAttribute("aria-label", "Simulated answers");
    expect(".o_l10n_cl_ai_simulated").toHaveAttribute("title", /no money is spent/);
});

test("no mark where the answers are real", async () => {
    patchWithCleanup(session, { l10n_cl_ai_simulated: false });
    await mountWithCleanup(NavBar);
    expect(".o_menu_systray").toHaveCount(1);
    expect(".o_l10n_cl_ai_simulated").toHaveCount(0);
});
