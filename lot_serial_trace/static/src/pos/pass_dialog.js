/* global Sha1 */
import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

const REASONS = [
    _t("Quality agreed"),
    _t("The label is wrong, the unit is good"),
    _t("The customer knows and agrees"),
];

/** Somebody with the right lets one number pass, and says why. */
export class PassDialog extends Component {
    static template = "lot_serial_trace.PassDialog";
    static components = { Dialog };
    static props = {
        number: String,
        product: String,
        managers: Array,
        cashier: String,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.title = _t("Let pass: %s", this.props.number);
        this.reasons = REASONS.map(String);
        this.first = useRef("first");
        const [manager] = this.props.managers;
        this.state = useState({
            reason: "",
            manager: manager?.id,
            pin: "",
            asked: false,
            wrong: "",
        });
        onMounted(() => this.first.el.focus());
    }

    /** A manager at the till has shown a PIN to get there. */
    get needsPin() {
        return !this.props.cashier;
    }

    get missingReason() {
        return this.state.asked && !this.state.reason.trim();
    }

    choose(reason) {
        this.state.reason = reason;
    }

    /** The manager whose PIN was given. */
    get proved() {
        const manager = this.props.managers.find(({ id }) => id === Number(this.state.manager));
        return manager && manager.pin === Sha1.hash(this.state.pin) ? manager : null;
    }

    submit() {
        this.state.asked = true;
        const by = this.needsPin ? this.proved?.name : this.props.cashier;
        this.state.wrong = by ? "" : _t("This is not the PIN of this manager.");
        if (by && this.state.reason.trim()) {
            this.props.getPayload({ by, reason: this.state.reason.trim() });
            this.props.close();
        }
    }
}
