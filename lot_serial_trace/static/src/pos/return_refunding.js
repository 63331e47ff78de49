import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosOrderLineRefund } from "@point_of_sale/app/models/pos_order_line_refund";
import { PosStore } from "@point_of_sale/app/services/pos_store";

/** Why a unit cannot be taken back; its text is for the cashier. */
export class ReturnError extends Error {}

/**
 * Taking a unit back, by Odoo's own refunds: a line that names the line of the sale, with exactly
 * the number that was scanned.
 *
 * An exchange is a refund line and a line of the new unit in one order; the server moves the
 * warranty from one to the other.
 */
patch(PosStore.prototype, {
    /**
     * Puts a sold unit on a refund order and shows the order.
     *
     * @param {Object} sale one of `traceAskReturn`
     * @param {Object} told { quantity, condition, note, method, raw }
     */
    async traceRefund(sale, told) {
        const sold = await this.traceSoldLine(sale);
        const order = this.traceOrderForReturn(sold);
        this.traceReturnLine(sold, order, sale.number, told);
        order.is_refund = !order.lines.some((line) => line.qty > 0);
        this.traceShowReturn(order);
        return order;
    },

    /** Takes a sold unit back and hands out another one for the same price. */
    async traceExchange(sale, told) {
        const sold = await this.traceSoldLine(sale);
        const order = this.traceOrderForReturn(sold);
        const numbers = await this.editLots(sold.product_id, []);
        const [given] = numbers?.newPackLotLines || [];
        if (!given?.lot_name) {
            return null;
        }
        const back = this.traceReturnLine(sold, order, sale.number, told);
        // Odoo allows nothing but refunds on a refund order.
        order.is_refund = false;
        const line = this.models["pos.order.line"].create({
            ...this.traceLikeSold(sold, order),
            qty: -back.qty,
            price_type: "manual",
            pack_lot_ids: [["create", { ...given }]],
            trace_exchange_uuid: back.uuid,
        });
        this.selectOrderLine(order, line);
        this.traceShowReturn(order);
        return order;
    },

    /** Takes a unit back that was never sold here: at today's price, on an order of its own. */
    async traceTakeBack({ product_id: productId, number }, told) {
        const product = this.models["product.product"].get(productId);
        if (!product) {
            throw new ReturnError(_t("This till does not sell the product."));
        }
        const current = this.getOrder();
        const isFree = current && !current.finalized && !current.lines.length;
        const order = isFree ? current : this.addNewOrder();
        const line = this.models["pos.order.line"].create({
            order_id: order,
            product_id: product,
            qty: -told.quantity,
            price_unit: product.getPrice(order.pricelist_id, 1, 0, false, product),
            tax_ids: product.product_tmpl_id.taxes_id.map((tax) => ["link", tax]),
            price_type: "original",
            pack_lot_ids: [["create", captured(number, told)]],
            ...condition(told),
        });
        this.selectOrderLine(order, line);
        this.traceShowReturn(order);
        return order;
    },

    /** The line of the sale, fetched if the till has not got its order. */
    async traceSoldLine({ order_uuid: orderUuid, line_uuid: lineUuid, number }) {
        const find = () => this.models["pos.order.line"].getBy("uuid", lineUuid);
        if (!find()) {
            await this.data.loadServerOrders([["uuid", "=", orderUuid]]);
        }
        const line = find();
        if (!line) {
            throw new ReturnError(_t("The order of this sale could not be read."));
        }
        if (line.order_id.fiscal_position_not_found) {
            throw new ReturnError(
                _t(
                    "The tax rules of the sale are not loaded in this till. Use the till it was sold at.",
                ),
            );
        }
        this.traceCheckLeft(line, number);
        return line;
    },

    /** A unit comes back once; also not on a second order that is not paid yet. */
    traceCheckLeft(line, number) {
        const [taken] = this.traceReturnsOf(line, number).slice(-1);
        // A part of a kit is one unit, too.
        const isLot = line.product_id.tracking === "lot";
        if ((taken && !isLot) || line.qty - line.refundedQty <= 0) {
            throw new ReturnError(
                _t("%(number)s is on refund %(order)s already.", {
                    number,
                    order: (taken || line.refund_orderline_ids.at(-1)).order_id.getName(),
                }),
            );
        }
    },

    /**
     * The order that takes the refund: the one on the screen, if it is empty or takes back goods
     * of the same sale; else a new one. Odoo refunds no goods of two sales on one order.
     */
    traceOrderForReturn(sold) {
        const isFit = (order) =>
            order &&
            !order.finalized &&
            !order.payment_ids.length &&
            (!order.lines.length || sourceOf(order) === sold.order_id.uuid);
        const current = this.getOrder();
        const partner = sold.order_id.getPartner();
        const order = isFit(current)
            ? current
            : this.getOpenOrders().find(
                  (one) => !one.lines.length && isFit(one) && !one.partner_id,
              ) || this.addNewOrder();
        order.pricelist_id = sold.order_id.pricelist_id;
        if (sold.order_id.fiscal_position_id) {
            order.fiscal_position_id = sold.order_id.fiscal_position_id;
        }
        if (partner && !order.getPartner()) {
            order.setPartner(partner);
        }
        order.refunded_order_id = sold.order_id;
        return order;
    },

    traceReturnLine(sold, order, number, told) {
        const line = this.models["pos.order.line"].create({
            ...this.traceLikeSold(sold, order),
            qty: -Math.min(told.quantity, sold.qty - sold.refundedQty),
            refunded_orderline_id: sold,
            price_type: "automatic",
            pack_lot_ids: [["create", captured(number, told)]],
            ...condition(told),
        });
        this.traceNoteRefund(sold, order);
        this.selectOrderLine(order, line);
        return line;
    },

    traceLikeSold(sold, order) {
        return {
            order_id: order,
            product_id: sold.product_id,
            price_unit: sold.price_unit,
            price_extra: sold.price_extra,
            discount: sold.discount,
            tax_ids: sold.tax_ids.map((tax) => ["link", tax]),
            attribute_value_ids: sold.attribute_value_ids.map((value) => ["link", value]),
        };
    },

    /** Odoo's screen of paid orders shows what is being refunded. */
    traceNoteRefund(sold, order) {
        const refunds = sold.order_id.uiState.lineToRefund;
        const mine = sold.refund_orderline_ids.filter((line) => line.order_id === order);
        refunds[sold.uuid] = new PosOrderLineRefund(
            {
                line_uuid: sold.uuid,
                destination_order_uuid: order.uuid,
                qty: mine.reduce((sum, { qty }) => sum - qty, 0),
            },
            this.models,
        );
    },

    traceShowReturn(order) {
        this.setOrder(order);
        this.mobile_pane = "left";
        this.ticket_screen_mobile_pane = "left";
        order.setScreenData({ name: "ProductScreen" });
        this.navigate("ProductScreen", { orderUuid: order.uuid });
    },
});

/** uuid of the order whose goods an order takes back; undefined if it takes none back. */
function sourceOf(order) {
    const line = order.lines.find((one) => one.refunded_orderline_id);
    return line?.refunded_orderline_id.order_id?.uuid;
}

function captured(number, { method, raw }) {
    return {
        lot_name: number,
        trace_method: method || "typed",
        trace_raw: raw || "",
        trace_at: luxon.DateTime.now(),
    };
}

function condition({ condition: trace_condition, note }) {
    const trace_condition_note = trace_condition === "faulty" ? note.trim() : "";
    return { trace_condition, trace_condition_note };
}
