import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** Ten thousand holds take seconds: the screen says that it works, and cannot be pressed twice. */
export class HoldWizardController extends FormController {
    setup() {
        super.setup();
        this.ui = useService("ui");
        this.blocked = false;
    }

    async beforeExecuteActionButton(clickParams) {
        const go = await super.beforeExecuteActionButton(clickParams);
        if (go !== false && clickParams.name === "action_confirm") {
            this.ui.block({ delay: 700, message: _t("Working through the numbers…") });
            this.blocked = true;
        }
        return go;
    }

    async afterExecuteActionButton(clickParams) {
        if (this.blocked) {
            this.blocked = false;
            this.ui.unblock();
        }
        return super.afterExecuteActionButton(clickParams);
    }
}

registry.category("views").add("trace_hold_wizard", {
    ...formView,
    Controller: HoldWizardController,
});
