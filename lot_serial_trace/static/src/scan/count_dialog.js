import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/**
 * The end of a count: what becomes of what nobody has scanned. For a campaign everything is
 * counted, so there is nothing to choose.
 */
export class CountDialog extends Component {
    static template = "lot_serial_trace.CountDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        onFinish: Function,
        place: String,
        whole: Boolean,
    };

    setup() {
        this.title = _t("Finish the count of %s", this.props.place);
        this.first = useRef("first");
        this.state = useState({ missing: false });
        onMounted(() => this.first.el.focus());
    }

    finish() {
        this.props.onFinish(this.props.whole ? {} : { missing_is_zero: this.state.missing });
        this.props.close();
    }
}
