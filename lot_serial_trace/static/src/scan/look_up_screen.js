import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ScanFrame } from "./scan_frame";
import { useAnswer, useCall } from "./scan_screen";
import { TypedDialog } from "./typed_dialog";

const KINDS = {
    lot: _t("Lot/Serial Number"),
    product: _t("Product"),
    package: _t("Package"),
    location: _t("Location"),
    unknown: _t("Unknown"),
};

/** "What is this?": scan anything, see what it is, where it lies and whether it may go. */
export class LookUpScreen extends Component {
    static template = "lot_serial_trace.LookUpScreen";
    static components = { ScanFrame };
    static props = { ...standardActionServiceProps };
    static path = "trace-look-up";
    static displayName = _t("What is this?");
    static target = "fullscreen";

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.answer = useAnswer();
        this.call = useCall(this.answer);
        this.title = _t("What is this?");
        this.prompt = _t("Scan anything");
        this.state = useState({ found: null, asked: 0 });
        const { look_up: found } = this.props.action.params || {};
        if (found) {
            this.show(found);
        }
    }

    get kind() {
        return KINDS[this.state.found.kind] || "";
    }

    show(found) {
        this.state.found = found;
        this.answer.show(found);
    }

    /** Shows what was asked last, whatever order the answers come in. */
    async onCode(code) {
        const asked = ++this.state.asked;
        const found = await this.call("trace.scan", "trace_look_up", [code]);
        if (found && asked === this.state.asked) {
            this.show(found);
        }
    }

    type() {
        this.dialog.add(TypedDialog, { onTyped: (code) => this.onCode(code), plain: true });
    }

    openLink({ model, id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("lot_serial_trace.look_up", LookUpScreen);
