import { _t } from "@web/core/l10n/translation";
import { Mutex } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { note } from "./number_line";
import { GateDialog } from "./gate_dialog";
import { MissingDialog } from "./missing_dialog";

/** Milliseconds for which the answer about an order that has not changed stays good. */
const STAYS_GOOD = 60000;

/**
 * Before money changes hands all numbers of the order are asked for once more: by the server
 * where it can be reached, by the book otherwise. What is refused is shown in one dialog.
 */
patch(PosStore.prototype, {
    async pay() {
        const order = this.getOrder();
        if (order?.canPay() && (await this.traceReady(order))) {
            await super.pay(...arguments);
        }
    },

    /** Odoo asks for no numbers where one button pays. */
    async validateOrderFast() {
        if (await this.traceReady(this.getOrder())) {
            return await super.validateOrderFast(...arguments);
        }
    },

    /** Whether all numbers are there and may go. */
    async traceReady(order) {
        return (await this.traceComplete(order)) && (await this.traceGate(order));
    },

    /** Asks for numbers that are missing; whether the cashier goes on. */
    async traceComplete(order) {
        order.uiState.traceWithout = false;
        const lines = order.lines.filter((line) => line.traceMissing);
        if (!lines.length) {
            return true;
        }
        const answer = await makeAwaitable(this.dialog, MissingDialog, { lines });
        if (answer === "add") {
            for (const line of lines) {
                await this.traceAddMissing(line);
            }
            return !lines.some((line) => line.traceMissing);
        }
        order.uiState.traceWithout = answer === "without";
        return order.uiState.traceWithout;
    },

    async traceAddMissing(line) {
        const { product_id: product, qty } = line;
        const array = line.getPackLotLinesToEdit(product.isAllowOnlyOneLot());
        const numbers = await this.editLots(product, array);
        if (numbers) {
            line.setPackLotLines({ ...numbers, setQuantity: false });
            line.setQuantity(qty);
        }
    },

    /** Whether all numbers of the order may go. */
    async traceGate(order) {
        const asked = numbersOf(order);
        const signature = signatureOf(order, asked);
        if (!asked.length || this.traceIsAnswered(order, signature)) {
            return true;
        }
        const verdicts = await this.traceWords(order, asked);
        const refused = asked.map((ask, at) => refusal(ask, verdicts[at])).filter(Boolean);
        if (refused.length && !(await this.traceGateRefuse(refused))) {
            return false;
        }
        const isServers = verdicts.every((one) => one.asked);
        order.uiState.traceGate = { signature, at: Date.now(), isServers };
        return true;
    },

    /** Whether there is a fresh answer to this: the server's, as long as it can be reached. */
    traceIsAnswered(order, signature) {
        const { traceGate: passed } = order.uiState;
        const isSame = passed?.signature === signature && Date.now() - passed.at < STAYS_GOOD;
        const isAway = this.data.network.offline || this.traceBook?.state.lost;
        return Boolean(isSame && (passed.isServers || isAway));
    },

    /** The server's word, or the book's, about numbers of an order. */
    async traceWords(order, asked) {
        const plain = asked.map(({ product_id, number, quantity }) => ({
            product_id,
            number,
            quantity,
        }));
        return this.traceAsk ? await this.traceAsk(order, plain) : [];
    },

    /**
     * Shows all that is refused; whether all of it was let pass. One dialog at a time: what was
     * decided in the one before is not asked again.
     */
    async traceGateRefuse(refused) {
        this.traceGateMutex ||= new Mutex();
        return await this.traceGateMutex.exec(() => this.traceGateShow(refused));
    },

    async traceGateShow(all) {
        all.forEach(({ ask }) => askAnew(ask.line.order_id));
        const there = all.filter(({ ask }) => stillThere(ask));
        const refused = there.map(({ ask, findings }) => refusal(ask, { findings }));
        if (!refused.some(Boolean)) {
            return there.length === all.length;
        }
        return await this.traceGateAsk(refused.filter(Boolean));
    },

    async traceGateAsk(refused) {
        this.traceSounds.play("stop");
        const answers = await makeAwaitable(this.dialog, GateDialog, {
            refused,
            mayPass: this.traceMayPass,
            askPass: (ask) => this.traceAskPass(ask),
        });
        for (const { ask, findings, pass } of answers || []) {
            if (pass) {
                notePass(ask.pack, findings, pass);
            } else {
                this.traceTakeOff(ask);
            }
        }
        return Boolean(answers) && answers.every(({ pass }) => pass);
    },

    /** Takes a number off its line, and the piece with it. */
    traceTakeOff({ line, pack, product, number }) {
        const order = line.order_id;
        pack?.delete();
        const left = product.tracking === "serial" ? line.qty - 1 : 0;
        if (!line.combo_parent_id && (pack || product.tracking === "lot")) {
            line.setQuantity(Math.max(left, 0));
            if (line.qty <= 0) {
                order.removeOrderline(line);
            }
        }
        this.traceSay(
            "good",
            _t("Off the order: %(number)s %(product)s", { number, product: product.display_name }),
        );
    },
});

patch(OrderPaymentValidation.prototype, {
    async isOrderValid() {
        return (await super.isOrderValid(...arguments)) && (await this.pos.traceGate(this.order));
    },
});

/** All numbers of an order that leave the shop, and the places where one is missing. */
export function numbersOf(order) {
    const lines = order.lines.filter((line) => line.traceWantsNumbers);
    return lines.flatMap((line) => {
        const product = line.product_id;
        const quantity = product.tracking === "serial" ? 1 : line.qty;
        const ask = { product, product_id: product.id, line };
        const numbers = line
            .getValidLots()
            .map((pack) => ({ ...ask, pack, number: pack.lot_name, quantity }));
        const missing = line.traceMissing;
        return missing > 0 ? [...numbers, { ...ask, number: "", quantity: missing }] : numbers;
    });
}

/** What an answer is about: another customer may want goods that last longer. */
function signatureOf(order, asked) {
    const numbers = asked.map(({ product_id, number, quantity }) => [product_id, number, quantity]);
    return JSON.stringify([order.partner_id?.id || 0, ...numbers]);
}

/** Something has come up: what was said about the order before does not count any more. */
export function askAnew(order) {
    if (order) {
        order.uiState.traceGate = null;
    }
}

/** Whether the number, or the piece without one, was not taken off meanwhile. */
export function stillThere({ pack, line }) {
    const isThere = !pack || line.pack_lot_ids.some(({ uuid }) => uuid === pack.uuid);
    return isThere && Boolean(line.order_id) && !line.order_id.finalized;
}

/** What refuses a number, less what was let pass for it; null if nothing does. */
export function refusal(ask, verdict) {
    const passed = ask.pack?.trace_pass_by ? JSON.parse(ask.pack.trace_said || "[]") : [];
    const codes = passed.map(([code]) => code);
    const findings = (verdict?.findings || []).filter(
        ({ code, severity }) => severity === "block" && !codes.includes(code),
    );
    return findings.length ? { ask, findings } : null;
}

function notePass(pack, findings, { by, reason }) {
    const said = JSON.parse(pack?.trace_said || "[]");
    const more = findings.map(({ code, severity }) => [code, severity]);
    if (pack) {
        note(pack, {
            trace_said: JSON.stringify([...said, ...more]),
            trace_pass_by: by,
            trace_pass_reason: reason,
        });
    }
}
