import { describe, expect, test } from "@odoo/hoot";
import { queryAll } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeServerError } from "@web/../tests/web_test_helpers";

import { board, EMPTY, mountBoard } from "./helpers/dashboard";

describe.current.tags("desktop");
defineMailModels();

async function violations() {
    const { violations: found, passes } = await window.axe.run(".o_l10n_cl_ai_board", { resultTypes: ["violations"] });
    expect(passes.length).toBeGreaterThan(5);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

// The Python test puts axe-core into the page (tests/test_web_dashboard.py).
if (window.axe) {
    test("all figures, with the tables open", async () => {
        await mountBoard(board({ elsewhere: { asks: 2, cost: 1 } }));
        queryAll("details").forEach((details) => (details.open = true));
        await animationFrame();
        expect(await violations()).toEqual([]);
    });

    test("nothing asked", async () => {
        await mountBoard(board(EMPTY));
        expect(await violations()).toEqual([]);
    });

    test("an error", async () => {
        await mountBoard(() => {
            throw makeServerError({ message: "x" });
        });
        expect(await violations()).toEqual([]);
    });
}
