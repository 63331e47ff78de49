import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useDeafButtons } from "./scan_keys";

/** All numbers of an order that may not be sold, each to be taken off or let pass. */
export class GateDialog extends Component {
    static template = "lot_serial_trace.GateDialog";
    static components = { Dialog };
    static props = {
        refused: Array,
        mayPass: Boolean,
        askPass: Function,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.title = _t("Not to be sold: %s", this.props.refused.length);
        this.all = useRef("all");
        this.rows = useState(this.props.refused.map((one) => ({ ...one, pass: null, off: false })));
        useDeafButtons();
        onMounted(() => this.all.el.focus());
    }

    takeOff(row) {
        row.off = true;
        this.closeIfDone();
    }

    async letPass(row) {
        row.pass = await this.props.askPass(row.ask);
        this.closeIfDone();
    }

    takeAllOff() {
        this.rows.filter(({ pass }) => !pass).forEach((row) => (row.off = true));
        this.closeIfDone();
    }

    closeIfDone() {
        if (this.rows.every(({ pass, off }) => pass || off)) {
            this.props.getPayload(
                this.rows.map(({ ask, findings, pass }) => ({ ask, findings, pass })),
            );
            this.props.close();
        }
    }
}
