import { markRaw } from "@odoo/owl";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import "./book_service.js";

/** So many numbers are named to the cashier. */
const NAMED = 3;

/** "SN1 of Device, SN2 of Device and 7 more" */
export function nameLots(lots, count) {
    const names = lots
        .slice(0, NAMED)
        .map(({ name, product }) => _t("%(number)s of %(product)s", { number: name, product }));
    const more = count - names.length;
    const text = names.join(", ");
    return more > 0 ? _t("%(names)s and %(count)s more", { names: text, count: more }) : text;
}

/**
 * The cashier hears at once when numbers are put on hold or are free again; a number that is on
 * an open order is told with more noise, because it would be sold next.
 *
 * The message names some of the numbers; the book, which is asked for at the same time, knows
 * them all, also those that were put on hold while the till was away.
 */
patch(PosStore.prototype, {
    async initServerData() {
        this.traceWarned = markRaw(new Set());
        const result = await super.initServerData(...arguments);
        this.data.connectWebSocket("TRACE_HOLDS", (data) => this.traceHoldsChanged(data));
        return result;
    },

    traceHoldsChanged({ what, count, lots }) {
        const names = nameLots(lots, count);
        if (what === "released") {
            lots.forEach((lot) => this.traceForgetWarning(lot));
            this.notification.add(_t("May be sold again: %s", names), { type: "success" });
            return;
        }
        const reasons = [...new Set(lots.map((lot) => lot.reason))].slice(0, NAMED).join("; ");
        this.notification.add(
            _t("On hold, do not sell: %(names)s. %(reasons)s", { names, reasons }),
            {
                type: "danger",
                sticky: true,
            },
        );
        this.traceWarnOfOrders(({ productId, number }) =>
            lots.find((lot) => lot.name === number && lot.product_id === productId),
        );
    },

    traceBookChanged() {
        super.traceBookChanged(...arguments);
        this.traceWarnOfOrders(({ productId, number }) => {
            const lot = this.traceBook.find(productId, number);
            return lot?.reasons.length && { reason: lot.reasons.join("; ") };
        });
    },

    /** Say once of each number on an open order that it is on hold. */
    traceWarnOfOrders(holdOf) {
        for (const open of this.traceOpenNumbers()) {
            const hold = holdOf(open);
            const key = `${open.order.uuid} ${open.productId} ${open.number}`;
            if (hold && !this.traceWarned.has(key)) {
                this.traceWarned.add(key);
                this.traceWarnOfOrder(open, hold.reason);
            }
        }
    },

    traceWarnOfOrder({ order, number, product }, reason) {
        this.dialog.add(AlertDialog, {
            title: _t("Take it off the order"),
            body: _t(
                "%(number)s of %(product)s is on order %(order)s and is on hold now: %(reason)s",
                { number, product, order: order.getName(), reason },
            ),
        });
    },

    /** It may be put on hold again. */
    traceForgetWarning({ name, product_id: productId }) {
        for (const key of this.traceWarned) {
            if (key.endsWith(` ${productId} ${name}`)) {
                this.traceWarned.delete(key);
            }
        }
    },

    /** Numbers on orders that are not paid yet. */
    traceOpenNumbers() {
        return this.getOpenOrders().flatMap((order) =>
            order.lines.flatMap((line) =>
                line.pack_lot_ids.map((pack) => ({
                    order,
                    number: pack.lot_name,
                    product: line.product_id.display_name,
                    productId: line.product_id.id,
                })),
            ),
        );
    },
});
