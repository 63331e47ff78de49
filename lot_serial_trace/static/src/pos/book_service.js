import { markRaw } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { BookStore } from "./book_store.js";
import { judge, verdict } from "./judge.js";
import { PackIndex } from "./pack_index.js";
import { TillBook } from "./till_book.js";

/** Milliseconds that a cashier waits for the server's word. */
export const PATIENCE = 1500;

const PACK = "pos.pack.operation.lot";

/** Words for what the till can say without the server's book. */
const KINDS = {
    not_checked: {
        title: _t("Not checked"),
        message: _t("%(lot)s of %(product)s is not checked: the till has no list of numbers yet"),
        remedy: _t("Look at the label. The number is checked when the sale reaches the server."),
    },
    twice_on_order: {
        title: _t("Twice on the order"),
        message: _t("%(lot)s of %(product)s is on this order twice"),
        remedy: _t("Scan the other unit: each has a number of its own."),
    },
    in_other_order: {
        title: _t("On another order"),
        message: _t("%(lot)s of %(product)s is on another open order: %(order)s"),
        remedy: _t("Compare the number on the unit, or take it off the other order."),
    },
    sold_already: {
        title: _t("Sold already"),
        message: _t("%(lot)s of %(product)s was sold before: %(order)s"),
        remedy: _t("Compare the number on the unit. One of the two units carries a wrong label."),
    },
};

/**
 * Each number is judged at the till, at once and from memory: by the book of the shop, and by
 * what this till has on its orders and has sold. The server is asked once more before payment.
 */
patch(PosStore.prototype, {
    async initServerData() {
        const result = await super.initServerData(...arguments);
        this.traceOpenBook();
        return result;
    },

    /** Never waited for: the till opens and sells without it. */
    traceOpenBook() {
        const name = `lot-serial-trace-${this.config.id}-${odoo.info?.db}`;
        this.traceBook = markRaw(
            new TillBook(
                (since, page) => this.traceCall("trace_book", { since, page }),
                new BookStore(name),
                () => this.traceBookChanged(),
                () => this.traceServerBack(),
            ),
        );
        this.data.connectWebSocket("TRACE_BOOK", () => this.traceBook.refresh());
        browser.addEventListener("pos-network-online", () => this.traceBook.refresh());
        this.models["pos.order"].addEventListener("update", ({ id, fields }) =>
            this.traceOrderUpdated(id, fields),
        );
        this.traceStartBook();
    },

    async traceStartBook() {
        await this.traceBook.load();
        this.traceRecallSales();
        await this.traceBook.refresh();
    },

    traceCall(method, kwargs) {
        return this.data.orm.silent.call("pos.config", method, [[this.config.id]], kwargs);
    },

    traceBookChanged() {},

    /** Odoo notices only a network that the device itself had lost. */
    traceServerBack() {
        if (this.data.network.offline) {
            this.data.checkConnectivity();
        } else {
            this.traceKeepUnsent();
            this.syncAllOrdersDebounced?.();
        }
    },

    // -- what this till sells ---------------------------------------------------------

    /** Orders from elsewhere come by another way: this is one that is paid here, or not after all. */
    traceOrderUpdated(id, fields) {
        if (!fields.includes("state")) {
            return;
        }
        const order = this.models["pos.order"].get(id);
        if (order?.state === "paid") {
            this.tracePaid(order);
        } else if (order && !order.finalized) {
            this.traceBook.unpaid(order.uuid);
        }
    },

    tracePaid(order) {
        const numbers = order.lines.flatMap((line) => numbersOf(line));
        if (numbers.length) {
            const session = odoo.pos_session_id;
            this.traceBook.paid({ uuid: order.uuid, order: order.getName(), session, numbers });
        }
    },

    /** After a reload: what was paid here and is not sent, by the device and by the orders. */
    traceRecallSales() {
        const orders = this.models["pos.order"];
        const waits = ({ order, session }) =>
            order?.finalized && (!order.isSynced || session === odoo.pos_session_id);
        for (const { uuid, session, sent } of this.traceBook.sales.list) {
            const order = orders.getBy("uuid", uuid);
            if (sent === null && order && !order.finalized) {
                this.traceBook.unpaid(uuid);
            } else if (sent === null && !waits({ order, session })) {
                this.traceBook.sent(uuid);
            }
        }
        orders
            .filter((order) => order.state === "paid" && !order.isSynced)
            .forEach((order) => this.tracePaid(order));
    },

    /**
     * Odoo takes an order for sent as soon as it tries, and after a failure leaves it on the
     * device until it changes or the page is loaded anew. The book finds out whether the server
     * is away, and when it is back.
     */
    async syncAllOrders() {
        try {
            return await super.syncAllOrders(...arguments);
        } finally {
            if (this.traceKeepUnsent()) {
                this.traceBook?.refresh();
            }
        }
    },

    /** Orders that are not sent wait for the next time; whether there are any. */
    traceKeepUnsent() {
        let isLeft = false;
        const unsent = new Set(this.traceBook?.sales.unsent);
        const waits = (order) =>
            order.state === "paid" && (!order.isSynced || unsent.has(order.uuid));
        for (const order of this.models["pos.order"].filter(waits)) {
            if (!this.syncingOrders.has(order.id)) {
                order._dirty = true;
                this.addPendingOrder([order.id]);
                isLeft = true;
            }
        }
        return isLeft;
    },

    async postSyncAllOrders(orders) {
        await super.postSyncAllOrders(...arguments);
        orders
            .filter((order) => order.finalized)
            .forEach((order) => this.traceBook?.sent(order.uuid));
    },

    // -- the verdict ------------------------------------------------------------------

    /**
     * What the till says about a number, at once.
     *
     * @param {Object} ask
     * @param {Object} ask.product the product (`product.product`)
     * @param {string} ask.number
     * @param {number} [ask.quantity] one, if nothing is said
     * @param {Object} [ask.order] the order it is, or will be, on
     * @param {Object} [ask.pack] the captured number, if it is on the order already
     * @returns {{severity: string, findings: Object[], lot: Object|null}} `severity` is off,
     *      note, warn or block
     */
    traceJudge({ product, number, quantity = 1, order = this.getOrder(), pack = null }) {
        const { id, display_name: name, tracking } = product;
        const ask = { product: { id, name, tracking }, number, quantity };
        const uses = this.traceUses(product, number, order, pack);
        return judge(this.traceBook?.book || null, ask, uses, this.traceTill());
    },

    /** Where else this till has a number. */
    traceUses(product, number, order, pack) {
        const uses = this.traceBook?.sales.uses(product.id, number) || [];
        for (const one of this.tracePacks(product.id, number)) {
            const line = one.pos_order_line_id;
            const other = line.order_id;
            if (other && !other.finalized && one.uuid !== pack?.uuid) {
                const kind = other.uuid === order?.uuid ? "order" : "other";
                uses.push({ kind, order: other.getName(), quantity: quantityOf(line) });
            }
        }
        return uses;
    },

    /** The captured numbers that are this one, on whatever order. */
    tracePacks(productId, number) {
        const packs = this.models[PACK];
        this.tracePackIndex ||= markRaw(new PackIndex(packs));
        return this.tracePackIndex
            .find(number)
            .filter((pack) => pack.pos_order_line_id?.product_id?.id === productId);
    },

    traceTill() {
        return {
            now: Date.now() / 1000,
            today: this.traceBook?.today,
            shop: this.config.name,
            kinds: KINDS,
            words: {
                order: _t("order unknown"),
                elsewhere: _t("another place"),
                hint: this.traceHint(),
            },
            soldOn: (productId, number) => this.traceSoldOn(productId, number),
        };
    },

    /** What a till without a network cannot know. */
    traceHint() {
        if (!this.traceBook?.fresh || !(this.data.network.offline || this.traceBook.state.lost)) {
            return "";
        }
        const time = luxon.DateTime.fromMillis(this.traceBook.fresh).toLocaleString(
            luxon.DateTime.TIME_SIMPLE,
        );
        return _t("The till is offline: it knows what was in this shop at %s, nothing else.", time);
    },

    /** The order of this till on which a number was sold that the book knows of. */
    traceSoldOn(productId, number) {
        const pack = this.tracePacks(productId, number).find(
            ({ pos_order_line_id: line }) => line.order_id?.finalized && line.qty > 0,
        );
        return pack?.pos_order_line_id.order_id.getName() || "";
    },

    // -- the server's word --------------------------------------------------------------

    /**
     * What the server says about the numbers of an order, and what only this till knows; the
     * book alone if the server does not answer in time. The server keeps the numbers for the
     * order, so that no other till gets them meanwhile.
     *
     * @param {Object} order
     * @param {{product_id: number, number: string, quantity: number}[]} numbers
     * @returns {Promise<Object[]>} a verdict for each number, as of traceJudge, with `asked`:
     *      whether the server has answered
     */
    async traceAsk(order, numbers) {
        const mine = numbers.map((one) => this.traceJudgeOnOrder(order, one));
        const said = await this.traceServerSays(order, numbers);
        if (!said) {
            this.traceBook?.refresh();
            return mine.map((one) => ({ ...one, asked: false }));
        }
        return mine.map((one, i) => merged(one, said[i] || []));
    },

    /** A number that is on the order, or about to be. */
    traceJudgeOnOrder(order, one) {
        const product = this.models["product.product"].get(one.product_id);
        const pack = order.lines
            .filter((line) => line.product_id.id === one.product_id)
            .flatMap((line) => line.pack_lot_ids)
            .find(({ lot_name: number }) => number === one.number);
        return this.traceJudge({ ...one, product, order, pack });
    },

    /** The server's findings for each number, or null if it does not answer in time. */
    async traceServerSays(order, numbers) {
        if (this.data.network.offline || !numbers.length) {
            return null;
        }
        const request = this.traceCall("trace_check", {
            numbers,
            order_uuid: order.uuid,
            partner_id: order.partner_id?.id || null,
            order_name: order.getName(),
        });
        let timer;
        const late = new Promise((resolve) => {
            timer = browser.setTimeout(() => resolve(null), PATIENCE);
        });
        try {
            return await Promise.race([request, late]);
        } catch {
            return null;
        } finally {
            browser.clearTimeout(timer);
        }
    },
});

/**
 * The numbers of a line with their quantities, as till_sales.js keeps them. What comes back
 * faulty does not go back on the shelf.
 */
function numbersOf(line) {
    const back = line.qty < 0 && line.trace_condition === "faulty";
    const quantity = back ? 0 : quantityOf(line);
    return line.pack_lot_ids.map((pack) => [line.product_id.id, pack.lot_name, quantity]);
}

/** How much of each of its numbers a line has; Odoo keeps no quantity for each. */
function quantityOf(line) {
    if (line.product_id.tracking === "serial") {
        return Math.sign(line.qty) || 1;
    }
    return line.qty / (line.pack_lot_ids.length || 1);
}

/** The server knows better, except what only this till can know. */
function merged(mine, said) {
    const codes = said.map(({ code }) => code);
    const own = mine.findings.filter((one) => one.own && !codes.includes(one.code));
    return { ...verdict([...said, ...own], mine.lot), asked: true };
}
