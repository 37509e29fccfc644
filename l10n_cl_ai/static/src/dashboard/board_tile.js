import { Component } from "@odoo/owl";

/** One figure; it opens what it counts where that can be opened and is not nothing. */
export class BoardTile extends Component {
    static template = "l10n_cl_ai.BoardTile";
    static props = {
        name: String,
        title: String,
        value: String,
        notes: { type: Array, optional: true },
        tone: { type: String, optional: true },
        onOpen: { type: [Function, Boolean], optional: true },
    };
    static defaultProps = { notes: [], tone: "", onOpen: false };
}
