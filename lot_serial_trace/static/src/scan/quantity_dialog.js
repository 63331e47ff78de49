import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { parseFloat } from "@web/views/fields/parsers";

/** How much the next scan stands for: twelve bottles of a lot are scanned once. */
export class QuantityDialog extends Component {
    static template = "lot_serial_trace.QuantityDialog";
    static components = { Dialog };
    static props = { close: Function, onQuantity: Function, quantity: Number };

    setup() {
        this.title = _t("Quantity of the next scan");
        this.input = useRef("input");
        this.state = useState({ text: String(this.props.quantity || ""), wrong: false });
        onMounted(() => this.input.el.focus());
    }

    get quantity() {
        try {
            return this.state.text.trim() ? parseFloat(this.state.text) : 0;
        } catch {
            return -1;
        }
    }

    submit() {
        this.state.wrong = !(this.quantity >= 0);
        if (!this.state.wrong) {
            this.props.onQuantity(this.quantity);
            this.props.close();
        }
    }
}
