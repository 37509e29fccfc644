import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** Whether an answer was of use, and in one's own words why. */
export class Rating extends Component {
    static template = "l10n_cl_ai.Rating";
    static props = { message: Object };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState({ commenting: false, text: "" });
        this.input = useRef("input");
        this.down = useRef("down");
        useEffect(
            (commenting) => {
                if (commenting) {
                    this.input.el.focus();
                    this.input.el.form.scrollIntoView({ block: "nearest" });
                }
            },
            () => [this.state.commenting],
        );
    }

    /** Pressing the same again takes it back. What did not help, one may explain. */
    async onRate(rating) {
        const { message } = this.props;
        const wanted = message.rating === rating ? "" : rating;
        await this.assistant.rate(message, wanted, wanted ? message.comment : "");
        Object.assign(this.state, { commenting: wanted === "down", text: message.comment });
    }

    async onComment() {
        await this.assistant.rate(this.props.message, this.props.message.rating, this.state.text.trim());
        this.onClose();
    }

    onClose() {
        this.state.commenting = false;
        this.down.el.focus();
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.onClose();
        }
    }
}
