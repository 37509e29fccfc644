import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains } from "@web/../tests/web_test_helpers";

import { mountAnswered } from "./helpers/assistant";

describe.current.tags("mobile");
defineMailModels();

const PANEL = ".o_l10n_cl_ai_panel";

test("on a phone it takes the whole screen, and leaves it", async () => {
    await mountAnswered();
    expect(PANEL).toHaveClass("o_l10n_cl_ai_phone");
    expect(".o_l10n_cl_ai_handle").toHaveCount(0);
    expect(".o_l10n_cl_ai_expand").toHaveCount(0);
    expect(document.body).not.toHaveClass("o_l10n_cl_ai_docked");
    const { width, height } = document.querySelector(PANEL).getBoundingClientRect();
    expect([width, height]).toEqual([window.innerWidth, window.innerHeight]);
    await contains(".o_l10n_cl_ai_close").click();
    await animationFrame();
    expect(PANEL).toHaveCount(0);
});
