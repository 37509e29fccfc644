import { describe, expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { board, mountBoard } from "./helpers/dashboard";

describe.current.tags("mobile");
defineMailModels();

test("on a phone nothing is wider than the screen", async () => {
    await mountBoard(board());
    const page = queryOne(".o_l10n_cl_ai_board");
    expect(page.scrollWidth).toBe(page.clientWidth);
    const [first, second] = page.querySelectorAll(".o_l10n_cl_ai_board_chart");
    expect(second.getBoundingClientRect().top).toBeGreaterThan(first.getBoundingClientRect().bottom);
});
