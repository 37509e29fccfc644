import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { AssistantBody } from "./assistant_body";

const NARROWEST = 320;
const WIDEST = 720;
const STEP = 20;
const KEPT = "l10n_cl_ai.assistant.width";

/** The assistant beside what one works on: it stays while one goes from screen to screen. */
export class AssistantPanel extends Component {
    static template = "l10n_cl_ai.AssistantPanel";
    static components = { AssistantBody };
    static props = {};

    setup() {
        this.assistant = useService("l10n_cl_ai.assistant");
        this.state = useState(this.assistant.state);
        this.ui = useState(useService("ui"));
        this.size = useState({ width: Number(browser.localStorage.getItem(KEPT)) || 400 });
        this.root = useRef("root");
        this.narrowest = NARROWEST;
        this.widest = WIDEST;
        useHotkey("alt+shift+h", () => this.assistant.toggle(), { bypassEditableProtection: true, global: true });
        useHotkey("escape", () => this.assistant.close(), {
            area: () => this.root.el,
            bypassEditableProtection: true,
        });
        useEffect(
            (isShown) => isShown && this.takeFocus(),
            () => [this.isShown],
        );
        useEffect(
            (isDocked, width) => {
                if (isDocked) {
                    document.body.classList.add("o_l10n_cl_ai_docked");
                    document.body.style.setProperty("--l10n-cl-ai-width", `${width}px`);
                }
                // Lists measure their columns when the window changes.
                browser.dispatchEvent(new Event("resize"));
                return () => document.body.classList.remove("o_l10n_cl_ai_docked");
            },
            () => [this.isShown && !this.ui.isSmall, this.size.width],
        );
    }

    get isShown() {
        return this.state.allowed && this.state.open && !this.state.pages;
    }

    get style() {
        return this.ui.isSmall ? "" : `width: ${this.size.width}px`;
    }

    /** Take the focus while it is open; give it back to where it was. */
    takeFocus() {
        const before = document.activeElement;
        return () => {
            const target = before?.isConnected && before !== document.body ? before : null;
            (target || document.querySelector(".o_l10n_cl_ai_systray"))?.focus();
        };
    }

    resize(width) {
        this.size.width = Math.round(Math.min(WIDEST, browser.innerWidth * 0.6, Math.max(NARROWEST, width)));
        browser.localStorage.setItem(KEPT, this.size.width);
    }

    onGrab(ev) {
        ev.preventDefault();
        const handle = ev.currentTarget;
        handle.setPointerCapture(ev.pointerId);
        const move = ({ clientX }) => this.resize(browser.innerWidth - clientX);
        handle.addEventListener("pointermove", move);
        handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), {
            once: true,
        });
    }

    onResizeKey(ev) {
        const step = { ArrowLeft: STEP, ArrowRight: -STEP }[ev.key];
        if (step) {
            ev.preventDefault();
            this.resize(this.size.width + step);
        }
    }
}

registry.category("main_components").add("l10n_cl_ai.assistant", { Component: AssistantPanel });
