import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const TONES = { stop: "danger", warn: "warning", good: "success", note: "info" };

/**
 * What will happen, or has happened, in rows: how many, of what, and the list behind it.
 *
 * The list opens in a tab of its own: who looks something up while deciding must find the dialog
 * as it was.
 */
export class FactsField extends Component {
    static template = "lot_serial_trace.FactsField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get rows() {
        return (this.props.record.data[this.props.name] || []).map((row) => ({
            ...row,
            color: TONES[row.tone] || "secondary",
        }));
    }

    async show(key) {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, "action_show", [[resId], key]);
        await this.action.doAction(action, { newWindow: true });
    }
}

registry.category("fields").add("trace_facts", {
    component: FactsField,
    supportedTypes: ["json"],
});
