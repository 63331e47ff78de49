import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useDeafButtons } from "./scan_keys";

/** A number that may not be sold: what is the matter, and what to do now. */
export class RefusalDialog extends Component {
    static template = "lot_serial_trace.RefusalDialog";
    static components = { Dialog };
    static props = {
        verdict: Object,
        context: Object,
        mayPass: Boolean,
        line: { type: Object, optional: true },
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.title = _t("Do not sell");
        this.ok = useRef("ok");
        this.line = useState(this.props.line || { scans: [] });
        useDeafButtons();
        onMounted(() => this.ok.el.focus());
    }

    get findings() {
        return this.props.verdict.findings.filter(({ severity }) => severity === "block");
    }

    letPass() {
        this.props.getPayload("pass");
        this.props.close();
    }
}
