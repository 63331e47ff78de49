import { WarningDialog } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/**
 * What the gate refuses, whatever button was pressed. Who may let it pass finds the way to give
 * a permission here, filled in; then the button can be pressed again. The server sends what to
 * fill in to nobody else, and asks for the right once more when the permission is given.
 */
export class BlockedDialog extends WarningDialog {
    static template = "lot_serial_trace.BlockedDialog";

    setup() {
        super.setup();
        this.action = useService("action");
        this.notification = useService("notification");
        this.wanted = this.props.data?.context || {};
    }

    inferTitle() {
        return _t("Stopped");
    }

    get mayLetPass() {
        return Boolean(Object.keys(this.wanted).length);
    }

    async letPass() {
        this.props.close();
        await this.action.doAction("lot_serial_trace.action_trace_pass_grant", {
            additionalContext: this.wanted,
            onClose: (infos) =>
                !infos?.dismiss &&
                this.notification.add(_t("Press the button again: the goods pass now."), {
                    type: "success",
                }),
        });
    }
}

registry
    .category("error_dialogs")
    .add("odoo.addons.lot_serial_trace.models.trace_gate_passing.Blocked", BlockedDialog);
