import { patch } from "@web/core/utils/patch";
import { TicketScreen } from "@point_of_sale/app/screens/ticket_screen/ticket_screen";
import { PosStore } from "@point_of_sale/app/services/pos_store";

/** Marks the numbers of a refund line that Odoo took because they stand first; returns them. */
export function markGuesses(line) {
    const sold = line.refunded_orderline_id;
    const isBack = (pack) =>
        sold.refund_orderline_ids.some(
            (other) =>
                other.uuid !== line.uuid &&
                !["cancel", "draft"].includes(other.order_id?.state) &&
                other.pack_lot_ids.some(({ lot_name: number }) => number === pack.lot_name),
        );
    const left = sold ? sold.pack_lot_ids.filter((pack) => !isBack(pack)) : [];
    const taken = line.pack_lot_ids.filter((pack) => !pack.trace_method);
    if (left.length <= line.pack_lot_ids.length) {
        return [];
    }
    taken.forEach((pack) => (pack.trace_method = "inferred"));
    return taken;
}

/**
 * Whoever refunds one of several units without scanning it gets the first number of the sale.
 * That is a guess, and is called so; the number can be changed on the order.
 */
patch(TicketScreen.prototype, {
    postRefund(order) {
        super.postRefund(...arguments);
        for (const line of order.lines) {
            if (markGuesses(line).length) {
                this.pos.traceSay("warn", line.traceUnseenText);
            }
        }
    },
});

/** Whoever changes it has looked at the unit. */
patch(PosStore.prototype, {
    async editLotsRefund() {
        const numbers = await super.editLotsRefund(...arguments);
        numbers?.newPackLotLines.forEach((one) => (one.trace_method = "chosen"));
        return numbers;
    },
});
