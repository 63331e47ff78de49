import { Component, useState } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { when } from "./words";

/** Makes a link by which somebody without a login reads one answer, and nothing else. */
export class ShareDialog extends Component {
    static template = "lot_serial_trace.ShareDialog";
    static components = { CopyButton, Dialog };
    static props = { question: Object, title: String, close: Function };

    setup() {
        this.orm = useService("orm").silent;
        this.action = useService("action");
        this.copied = _t("Copied");
        this.state = useState({ recipient: "", days: 14, busy: false, error: "", made: null });
    }

    when = when;

    async make() {
        Object.assign(this.state, { busy: true, error: "" });
        try {
            this.state.made = await this.orm.call("trace.share", "share", [], {
                question: this.props.question,
                recipient: this.state.recipient,
                days: Number(this.state.days),
            });
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        this.state.busy = false;
    }

    openShares() {
        this.props.close();
        return this.action.doAction("lot_serial_trace.action_trace_share");
    }
}
