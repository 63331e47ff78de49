import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";
import { say } from "./scan_frame";

let answers = 0;

/**
 * Gives a screen its answer: what the band shows, and says. A verdict that comes twice is
 * shown twice, so each has a key.
 */
export function useAnswer() {
    const state = useState({ answer: null });
    return {
        get current() {
            return state.answer;
        },
        show(answer) {
            state.answer = { ...answer, key: ++answers };
            say(answer.verdict);
        },
        stop(message) {
            this.show({ verdict: "stop", message });
        },
        clear() {
            state.answer = null;
        },
    };
}

/**
 * Calls a method of the server; what goes wrong is an answer on the screen and not a dialog that
 * takes the focus.
 *
 * @returns {(model, method, args, kwargs) => Promise} answers null if it went wrong
 */
export function useCall(answer) {
    const orm = useService("orm").silent;
    return async (model, method, args = [], kwargs = {}) => {
        try {
            return await orm.call(model, method, args, kwargs);
        } catch (error) {
            answer.stop(sentence(error));
            return null;
        }
    };
}

function sentence(error) {
    if (error instanceof ConnectionLostError) {
        return _t("No connection. Go where there is a network and try again.");
    }
    return error.data?.message || error.message || _t("The server has a problem.");
}

/** Opens what `trace_find` has found; says so if there is nothing to open. */
export function useOpen(answer) {
    const action = useService("action");
    const open = (tag, props, options) =>
        action.doAction(
            { type: "ir.actions.client", tag: `lot_serial_trace.${tag}`, params: props },
            options,
        );
    return {
        screen: open,
        found(found, options) {
            if (found?.picking_id) {
                return open("scan_transfer", { res_id: found.picking_id }, options);
            }
            if (found?.look_up) {
                return open("look_up", { look_up: found.look_up }, options);
            }
            return found && answer.show({ verdict: "stop", ...found });
        },
    };
}
