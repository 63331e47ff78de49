import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

const REASONS = [
    _t("Label is damaged"),
    _t("Label is missing"),
    _t("Scanner does not read it"),
    _t("No scanner at hand"),
];

/** A number typed because its label cannot be scanned; it is recorded as typed, with the reason. */
export class TypedDialog extends Component {
    static template = "lot_serial_trace.TypedDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        onTyped: Function,
        onList: { type: Function, optional: true },
        needsReason: { type: Boolean, optional: true },
        code: { type: String, optional: true },
        plain: { type: Boolean, optional: true },
    };

    setup() {
        this.reasons = REASONS.map(String);
        this.title = _t("Type a number");
        this.input = useRef("input");
        this.state = useState({ code: this.props.code || "", reason: "", asked: false });
        onMounted(() => {
            this.input.el.focus();
            this.input.el.select();
        });
    }

    get missingCode() {
        return this.state.asked && !this.state.code.trim();
    }

    get missingReason() {
        return this.state.asked && this.props.needsReason && !this.state.reason.trim();
    }

    choose(reason) {
        this.state.reason = this.state.reason === reason ? "" : reason;
    }

    list() {
        this.props.close();
        this.props.onList();
    }

    submit() {
        this.state.asked = true;
        if (this.missingCode || this.missingReason) {
            return;
        }
        this.props.onTyped(this.state.code.trim(), this.state.reason.trim());
        this.props.close();
    }
}
