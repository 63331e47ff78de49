import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { Gs1Error, parse } from "../gs1/index";

const { DateTime } = luxon;

const NOTHING = {
    sales: [],
    product_id: false,
    product: "",
    notes: [],
    may_take: false,
    quarantine: "",
};

/** The numbers that a code may mean, the likeliest first. */
export function numbersIn(raw) {
    const text = raw.trim();
    try {
        const said = parse(raw, { lenient: true });
        const found = said.form === "plain" ? [said.text.trim()] : [said.serial, said.lot];
        return found.filter(Boolean);
    } catch (error) {
        if (!(error instanceof Gs1Error)) {
            throw error;
        }
        return [text];
    }
}

/**
 * Who bought this unit? The server knows all sales; without it the till knows its own orders, and
 * says so.
 */
patch(PosStore.prototype, {
    /**
     * @param {string} raw what the scanner sent, or somebody typed
     * @returns {Object} as pos.config.trace_ask_return answers, with `offline` if the till
     *  answered itself
     */
    async traceAskReturn(raw) {
        if (!this.data.network.offline) {
            try {
                const partner = this.getOrder()?.getPartner()?.id || null;
                const args = [[this.config.id], raw, partner];
                return await this.data.call("pos.config", "trace_ask_return", args);
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
            }
        }
        return this.traceAskReturnHere(raw);
    },

    /** What the orders in this till tell of a code. */
    traceAskReturnHere(raw) {
        const names = numbersIn(raw);
        const sales = this.models["pos.order.line"]
            .filter((line) => line.qty > 0 && line.order_id?.finalized)
            .flatMap((line) =>
                line.pack_lot_ids
                    .filter((pack) => names.includes(pack.lot_name))
                    .map((pack) => this.traceSaleHere(line, pack.lot_name)),
            )
            .sort((one, other) => (one.date < other.date ? 1 : -1));
        const number = sales[0]?.number || names[0] || raw.trim();
        return { ...NOTHING, number, sales, offline: true };
    },

    /** A line of an order in this till as the server would tell of it. */
    traceSaleHere(line, number) {
        const { order_id: order, product_id: product } = line;
        const quantity = product.tracking === "serial" ? 1 : line.qty;
        const returns = this.traceReturnsOf(line, number);
        const back = returns.reduce((sum, { qty }) => sum - qty, 0);
        const reasons = this.traceBook?.find?.(product.id, number)?.reasons || [];
        return {
            road: "till",
            order: order.pos_reference,
            order_uuid: order.uuid,
            line_uuid: line.uuid,
            date: order.date_order.toUTC().toFormat("yyyy-MM-dd HH:mm:ss"),
            shop: this.config.name,
            partner_id: order.partner_id?.id || false,
            partner: order.partner_id?.name || "",
            product_id: product.id,
            product: product.display_name,
            tracking: product.tracking,
            number,
            quantity,
            back,
            refunded: back >= quantity,
            back_order: returns.at(-1)?.order_id.pos_reference || "",
            warranty_until: "",
            held: reasons.map((one) => one.reason || one).join("; "),
            notes: [],
            may_refund: back < quantity,
        };
    },

    /** Lines of this till by which a number of a sold line came back, or is about to. */
    traceReturnsOf(line, number) {
        return (line.refund_orderline_ids || []).filter(
            (one) =>
                one.order_id?.state !== "cancel" &&
                one.pack_lot_ids.some((pack) => pack.lot_name === number),
        );
    },

    /** "4 March 2026, 15:20" */
    traceMoment(text) {
        return DateTime.fromSQL(text, { zone: "utc" })
            .toLocal()
            .toLocaleString({ ...DateTime.DATE_FULL, hour: "numeric", minute: "2-digit" });
    },

    /** "4 March 2026" */
    traceDay(text) {
        return DateTime.fromISO(text).toLocaleString(DateTime.DATE_FULL);
    },

    /** A sale in a sentence. */
    traceSaleText({ road, date, shop, order, partner }) {
        const words = { date: this.traceMoment(date), shop, order, customer: partner };
        if (road === "delivery") {
            return partner
                ? _t("Delivered on %(date)s with %(order)s to %(customer)s", words)
                : _t("Delivered on %(date)s with %(order)s", words);
        }
        return partner
            ? _t("Sold on %(date)s at %(shop)s, order %(order)s, to %(customer)s", words)
            : _t("Sold on %(date)s at %(shop)s, order %(order)s", words);
    },
});
