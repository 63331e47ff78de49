import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";

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
 */
patch(PosStore.prototype, {
    async initServerData() {
        const result = await super.initServerData(...arguments);
        this.data.connectWebSocket("TRACE_HOLDS", (data) => this.traceHoldsChanged(data));
        return result;
    },

    traceHoldsChanged({ what, count, lots }) {
        const names = nameLots(lots, count);
        if (what === "released") {
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
        this.traceWarnOfOrders(lots);
    },

    traceWarnOfOrders(lots) {
        const found = this.traceOpenNumbers().filter(({ productId, number }) =>
            lots.some((lot) => lot.name === number && lot.product_id === productId),
        );
        for (const { order, number } of found) {
            const { product, reason } = lots.find((lot) => lot.name === number);
            this.dialog.add(AlertDialog, {
                title: _t("Take it off the order"),
                body: _t(
                    "%(number)s of %(product)s is on order %(order)s and is on hold now: %(reason)s",
                    { number, product, order: order.getName(), reason },
                ),
            });
        }
    },

    /** Numbers on orders that are not paid yet. */
    traceOpenNumbers() {
        return this.getOpenOrders().flatMap((order) =>
            order.lines.flatMap((line) =>
                line.pack_lot_ids.map((pack) => ({
                    order,
                    number: pack.lot_name,
                    productId: line.product_id.id,
                })),
            ),
        );
    },
});
