import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { ScanQueue } from "./scan_queue";
import { Sounds } from "./sounds";
import { VERDICTS } from "./verdict";

/**
 * A field on the transfer that takes scans: type or scan, one word and one sentence come back.
 *
 * Scans come from the field (Enter or Tab) or, wherever the focus is, from the barcode service. They
 * are queued (scan_queue.js); the transfer is read again when the queue is empty.
 */
export class ScanBar extends Component {
    static template = "lot_serial_trace.ScanBar";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.input = useRef("input");
        this.state = useState({ answer: null, waiting: 0, connected: true, pending: null });
        this.queue = new ScanQueue(
            (scan) => this.send(scan),
            (connected) => (this.state.connected = connected),
        );
        this.sounds = new Sounds();
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => {
            // Now, not after the answer: the next code may be on its way by then, and moving
            // the focus would cut it in two.
            this.input.el?.focus();
            this.take(detail.barcode, "scanned");
        });
    }

    get look() {
        return VERDICTS[this.state.answer.verdict];
    }

    onKeydown(event) {
        const code = event.target.value;
        // Scanners end a code with either key; a person leaves the empty field with Tab.
        if (event.key !== "Enter" && !(event.key === "Tab" && code.trim() && !event.shiftKey)) {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        event.target.value = "";
        if (code.trim()) {
            this.take(code, "scanned");
        }
    }

    /**
     * @param {string} code
     * @param {"scanned"|"camera"|"typed"} method
     */
    async take(code, method) {
        this.state.waiting = this.queue.waiting + 1;
        try {
            const answer = await this.queue.add({ code, method });
            this.state.answer = answer;
            this.state.pending = answer.pending_product_id;
            this.sounds.play(answer.verdict);
        } finally {
            // the queue counts down after the answer
            await Promise.resolve();
            this.state.waiting = Math.max(0, this.queue.waiting - 1);
        }
        if (!this.state.waiting) {
            await this.props.record.load();
        }
    }

    async send(scan) {
        const record = this.props.record;
        if ((await record.isDirty()) && !(await record.save())) {
            return {
                verdict: "stop",
                message: _t("Correct the fields marked red first, then scan again."),
                progress: this.state.answer?.progress || {},
            };
        }
        return this.orm.silent.call("stock.picking", "trace_scan", [[record.resId]], {
            ...scan,
            product_id: this.state.pending || null,
        });
    }
}

export const scanBar = { component: ScanBar };

registry.category("view_widgets").add("trace_scan_bar", scanBar);
