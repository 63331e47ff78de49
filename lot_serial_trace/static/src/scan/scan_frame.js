import { Component, useExternalListener, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { CameraPane } from "./camera_pane";
import { ScanField } from "./scan_field";
import { documentKey } from "./scan_outbox";
import { Sounds } from "./sounds";
import { VERDICTS } from "./verdict";

const sounds = new Sounds();

/** Says a verdict aloud. */
export const say = (verdict) => sounds.play(verdict);

/**
 * What all scan screens have: the way back, the scan field, the camera, the answer in big, what
 * waits to be sent, and the buttons below. Every button can be pressed by its key (data-key) and
 * by a printed code (OBT + barcode_trigger).
 */
export class ScanFrame extends Component {
    static template = "lot_serial_trace.ScanFrame";
    static components = { CameraPane, ScanField };
    static props = {
        title: String,
        subtitle: { type: String, optional: true },
        prompt: String,
        answer: { type: [Object, { value: null }], optional: true },
        document: { type: [Object, { value: null }], optional: true },
        onCode: Function,
        onLetPass: { type: Function, optional: true },
        isHome: { type: Boolean, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.root = useRef("root");
        this.action = useService("action");
        this.ui = useService("ui");
        this.outbox = useService("trace_scan_outbox");
        this.sent = useState(this.outbox.state);
        this.state = useState({ camera: false, muted: sounds.muted });
        useExternalListener(window, "keydown", this.onKeydown);
    }

    get verdict() {
        return this.props.answer?.verdict || "ready";
    }

    get look() {
        return VERDICTS[this.verdict];
    }

    get failed() {
        return this.sent.entries.filter((entry) => entry.state === "failed" && this.isHere(entry));
    }

    get waiting() {
        return this.sent.entries.filter((entry) => entry.state === "waiting").length;
    }

    /** The code whose answer is still to come: until then the band is about an earlier one. */
    get pending() {
        const here = this.sent.entries.filter(
            (entry) => entry.state === "waiting" && this.isHere(entry),
        );
        return here.at(-1)?.values.code || (here.length ? "…" : "");
    }

    isHere({ document }) {
        const here = this.props.document;
        return (
            here && documentKey(document.model, document.id) === documentKey(here.model, here.id)
        );
    }

    onKeydown(event) {
        if (this.ui.activeElement !== document || !/^F[0-9]+$/.test(event.key)) {
            return;
        }
        const button = this.root.el.querySelector(`[data-key=${event.key}]:not(:disabled)`);
        if (button) {
            event.preventDefault();
            button.click();
        }
    }

    toggleSound() {
        sounds.toggle();
        this.state.muted = sounds.muted;
    }

    toggleCamera() {
        this.state.camera = !this.state.camera;
    }

    back() {
        const { breadcrumbs } = this.env.config || {};
        if (breadcrumbs?.length > 1) {
            return breadcrumbs.at(-2).onSelected();
        }
        return this.home();
    }

    /** To the first scan screen, and from there out to Odoo. */
    home() {
        if (this.props.isHome) {
            return this.env.bus.trigger("WEBCLIENT:LOAD_DEFAULT_APP");
        }
        const tag = "lot_serial_trace.scan_home";
        return this.action.doAction({ type: "ir.actions.client", tag }, { clearBreadcrumbs: true });
    }
}
