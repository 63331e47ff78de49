import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const APP = "lot_serial_trace.menu_root";

/**
 * Offers the guided set-up when an administrator opens the app for the first time, once for each
 * company. The server says whether: it is asked once, when the app is opened.
 */
export const setupOffer = {
    dependencies: ["action", "menu", "notification", "orm"],
    start(env, { action, menu, notification, orm }) {
        let asked = false;
        const offer = async () => {
            if (asked || menu.getCurrentApp()?.xmlid !== APP) {
                return;
            }
            asked = true;
            const admin = await user.hasGroup("lot_serial_trace.group_trace_admin");
            if (!admin || !(await orm.silent.call("trace.setup", "offer", []))) {
                return;
            }
            const close = notification.add(
                _t(
                    "First time here? Say what you sell and look at the rules that would be set for it. It can be undone.",
                ),
                {
                    type: "info",
                    sticky: true,
                    className: "o_trace_setup_offer",
                    buttons: [
                        {
                            name: _t("Set up"),
                            primary: true,
                            onClick: () => {
                                close();
                                action.doAction("lot_serial_trace.action_trace_setup_open");
                            },
                        },
                        { name: _t("Not now"), onClick: () => close() },
                    ],
                },
            );
        };
        env.bus.addEventListener("MENUS:APP-CHANGED", offer);
    },
};

registry.category("services").add("trace_setup_offer", setupOffer);
