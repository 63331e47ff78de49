import { onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";
import { say } from "./scan_frame";
import { RETRY_DELAY } from "./scan_queue";

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

/**
 * Reads what a screen cannot do without: while there is no connection it says so and tries again.
 *
 * @returns {(take, model, method, args, kwargs) => Promise} ends after the first try; `take` gets
 *  what the server answers
 */
export function useRead(answer) {
    const orm = useService("orm").silent;
    let timer = null;
    onWillUnmount(() => browser.clearTimeout(timer));
    return async function read(take, ...call) {
        browser.clearTimeout(timer);
        try {
            await take(await orm.call(...call));
        } catch (error) {
            answer.stop(sentence(error));
            if (error instanceof ConnectionLostError) {
                timer = browser.setTimeout(() => read(take, ...call), RETRY_DELAY);
            }
        }
    };
}

function sentence(error) {
    if (error instanceof ConnectionLostError) {
        return _t("No connection. Go where there is a network.");
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
