import { Component, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Where units are scanned that a drill looks for: by a wedge scanner or by typing.
 *
 * The answer stays in words below the field, so that who holds the goods reads what happened.
 */
export class DrillScan extends Component {
    static template = "lot_serial_trace.DrillScan";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.code = useRef("code");
        this.state = useState({ verdict: "", message: "", quantity: "", busy: false });
    }

    async scan() {
        const code = this.code.el.value.trim();
        if (!code || this.state.busy) {
            return;
        }
        this.state.busy = true;
        const { record } = this.props;
        const quantity = this.state.quantity === "" ? null : Number(this.state.quantity);
        try {
            const answer = await this.orm.call("trace.recall", "trace_drill_scan", [
                [record.resId],
                code,
                quantity,
            ]);
            Object.assign(this.state, answer, { quantity: "" });
            this.code.el.value = "";
            await record.load();
        } finally {
            this.state.busy = false;
            this.code.el?.focus();
        }
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            this.scan();
        }
    }
}

registry.category("view_widgets").add("trace_drill_scan", { component: DrillScan });
