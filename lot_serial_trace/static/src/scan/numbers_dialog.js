import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** The numbers of a product on a transfer, page by page. */
export class NumbersDialog extends Component {
    static template = "lot_serial_trace.NumbersDialog";
    static components = { Dialog };
    static props = { close: Function, product: Object, read: Function };

    setup() {
        this.state = useState({ rows: [], count: 0 });
        onWillStart(() => this.more());
    }

    async more() {
        const page = await this.props.read(this.state.rows.length);
        if (page) {
            this.state.count = page.count;
            this.state.rows.push(...page.rows);
        }
    }
}
