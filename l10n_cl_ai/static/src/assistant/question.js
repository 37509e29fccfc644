import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** What the user asked; the last question may be put otherwise. */
export class Question extends Component {
    static template = "l10n_cl_ai.Question";
    static props = { message: Object, editable: Boolean };

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState({ editing: false, text: "" });
        this.input = useRef("input");
        this.edit = useRef("edit");
        useEffect(
            (isEditing) => isEditing && this.input.el.focus(),
            () => [this.state.editing],
        );
    }

    onEdit() {
        Object.assign(this.state, { editing: true, text: this.props.message.text });
    }

    onCancel() {
        this.state.editing = false;
        this.edit.el?.focus();
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.onCancel();
        } else if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing) {
            ev.preventDefault();
            this.onSend();
        }
    }

    onSend() {
        const text = this.state.text.trim();
        if (text) {
            this.state.editing = false;
            this.assistant.send({ text, edit: this.props.message.id });
        }
    }
}
