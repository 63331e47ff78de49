import { Component, onMounted, useRef } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** Lines whose numbers are not as many as their pieces. */
export class MissingDialog extends Component {
    static template = "lot_serial_trace.MissingDialog";
    static components = { Dialog };
    static props = { lines: Array, getPayload: Function, close: Function };

    setup() {
        this.title = _t("Numbers and pieces differ");
        this.add = useRef("add");
        onMounted(() => this.add.el.focus());
    }

    /** A number too many would leave the shop unpaid: it is taken off first. */
    get mayGoOn() {
        return this.props.lines.every((line) => line.traceMissing > 0);
    }

    answer(what) {
        this.props.getPayload(what);
        this.props.close();
    }
}
