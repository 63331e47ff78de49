import { markRaw } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import "./book_service.js";
import { KeptNumbers } from "./kept_numbers.js";
import { numbersOf } from "./payment_gate";

/** Milliseconds without a change after which the server is told what is free again. */
export const LULL = 400;

/**
 * What the server keeps for an order is free for other tills as soon as the order has it no more:
 * a number was taken off, the order was cancelled or deleted. What cannot be told now (no network)
 * is told with the next change, and is free by itself after some minutes.
 */
patch(PosStore.prototype, {
    async setup() {
        this.traceKept = markRaw(new KeptNumbers());
        await super.setup(...arguments);
    },

    async initServerData() {
        const result = await super.initServerData(...arguments);
        for (const model of ["pos.pack.operation.lot", "pos.order.line", "pos.order"]) {
            for (const event of ["update", "delete"]) {
                this.models[model].addEventListener(event, () => this.traceLetGoSoon());
            }
        }
        return result;
    },

    async traceServerSays(order, numbers) {
        const said = await super.traceServerSays(...arguments);
        if (said) {
            this.traceKept.keep(order.uuid, numbers);
            this.traceLetGoSoon();
        }
        return said;
    },

    traceServerBack() {
        super.traceServerBack(...arguments);
        this.traceLetGoSoon();
    },

    traceLetGoSoon() {
        if (this.traceKept.uuids.length) {
            browser.clearTimeout(this.traceLetGoTimer);
            this.traceLetGoTimer = browser.setTimeout(() => this.traceLetGo(), LULL);
        }
    },

    async traceLetGo() {
        for (const uuid of this.data.network.offline ? [] : this.traceKept.uuids) {
            const order = this.models["pos.order"].getBy("uuid", uuid);
            if (order?.finalized) {
                // The server has ended that itself, or will when the order reaches it.
                this.traceKept.drop(uuid);
            } else {
                await this.traceLetGoOf(uuid, order);
            }
        }
    },

    async traceLetGoOf(uuid, order) {
        const { gone, less } = this.traceKept.beyond(uuid, order ? numbersOf(order) : []);
        try {
            if (gone.length) {
                const numbers = gone.map(({ product_id, number }) => ({ product_id, number }));
                await this.traceCall("trace_let_go", { order_uuid: uuid, numbers });
                this.traceKept.forget(uuid, gone);
            }
            if (less.length) {
                await this.traceServerSays(order, less);
            }
        } catch (error) {
            console.warn("What is free again could not be told", error);
        }
    },
});
