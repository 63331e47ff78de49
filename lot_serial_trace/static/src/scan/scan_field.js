import {
    Component,
    onMounted,
    onWillUnmount,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { KeyReader } from "./key_reader";

const EDITABLE = "input:not([type=button]), textarea, select, [contenteditable=true]";

/** Printed codes of Odoo and of other scan screens, by the name that our buttons have. */
const ALIASES = {
    "O-BTN.validate": "OBTFINISH",
    "O-BTN.cancel": "OBTBACK",
    "O-CMD.MAIN-MENU": "OBTHOME",
    "O-CMD.CANCEL": "OBTBACK",
    OBTVALI: "OBTFINISH",
};

/**
 * Where scans arrive. It has the focus whenever nothing else needs keys: a key that comes while
 * a button has it goes here with all that follow.
 *
 * Printed commands (OBT..., OCD...) go to Odoo's barcode service, which presses the button of
 * that name; codes that this service hears from elsewhere (a box, an app) are taken here.
 */
export class ScanField extends Component {
    static template = "lot_serial_trace.ScanField";
    static props = { onCode: Function, placeholder: { type: String, optional: true } };

    setup() {
        this.input = useRef("input");
        this.ui = useService("ui");
        this.barcode = useService("barcode");
        this.state = useState({ ready: true });
        this.reader = new KeyReader((code, method) => this.take(code, method));
        useExternalListener(window, "keydown", this.onKeydown, { capture: true });
        useExternalListener(window, "keyup", this.onKeyup, { capture: true });
        useExternalListener(window, "click", () => this.afterClick());
        useExternalListener(window, "focus", () => this.focus());
        useBus(this.barcode.bus, "barcode_scanned", ({ detail }) => this.onForeign(detail));
        useBus(this.ui.bus, "active-element-changed", () => browser.setTimeout(() => this.focus()));
        onMounted(() => this.focus());
        onWillUnmount(() => browser.clearTimeout(this.reader.timer));
    }

    get placeholder() {
        return this.props.placeholder || _t("Scan");
    }

    /** Whether the page is ours now: no dialog is open, nobody writes elsewhere. */
    get isOurs() {
        const active = document.activeElement;
        const input = this.input.el;
        const elsewhere = active !== input && active?.matches(EDITABLE);
        return Boolean(input) && this.ui.activeElement.contains(input) && !elsewhere;
    }

    focus() {
        if (this.isOurs) {
            this.input.el.focus({ preventScroll: true });
        }
        this.state.ready = document.activeElement === this.input.el;
    }

    afterClick() {
        // The click may open a dialog or a field of its own.
        browser.setTimeout(() => this.focus());
    }

    onFocusChange() {
        this.state.ready = document.activeElement === this.input.el;
    }

    onKeydown(event) {
        if (!this.isOurs || event.isComposing) {
            return;
        }
        const input = this.input.el;
        if (document.activeElement !== input && startsCode(event)) {
            // In time for this very character: it goes to the field, too.
            input.focus({ preventScroll: true });
        }
        if (document.activeElement === input && !event.metaKey) {
            if (event.key === "Escape" && input.value) {
                event.stopPropagation();
                this.reader.clear(input);
            } else {
                this.reader.keydown(event, input);
            }
        }
    }

    onKeyup(event) {
        if (document.activeElement === this.input.el) {
            this.reader.keyup(event, this.input.el);
        }
    }

    take(code, method) {
        const command = ALIASES[code.trim()] || code.trim();
        if (/^O(BT|CD)/.test(command)) {
            const target = this.input.el;
            this.barcode.bus.trigger("barcode_scanned", { barcode: command, target });
        } else {
            this.props.onCode(code, method);
        }
    }

    onForeign({ barcode, target }) {
        if (target !== this.input.el && this.isOurs && !/^O(BT|CD)/.test(barcode)) {
            this.props.onCode(barcode, "scanned");
        }
    }
}

/** Whether a key outside the field may be the first one of a code. */
function startsCode({ key, ctrlKey, altKey }) {
    return key?.length === 1 && key !== " " && !ctrlKey && !altKey;
}
