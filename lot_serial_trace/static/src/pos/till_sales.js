// What this till sold and the book may not know yet. Needs nothing of Odoo.

/**
 * Numbers sold at this till that the server's book does not count yet.
 *
 * A paid order counts from the moment it is paid, while it is not sent, and until the book has
 * been asked for after the server had it: only then the book's quantities are without it. Kept
 * on the device, because paid orders that are sent leave it.
 */
export class TillSales {
    /** @param {Object[]} sales as `list` gave them */
    constructor(sales = []) {
        this.sales = new Map(sales.map((sale) => [sale.uuid, sale]));
    }

    get list() {
        return [...this.sales.values()];
    }

    /** Orders that the server has not confirmed, by their uuid. */
    get unsent() {
        return this.list.filter(({ sent }) => sent === null).map(({ uuid }) => uuid);
    }

    /**
     * An order is paid.
     *
     * @param {Object} sale
     * @param {string} sale.uuid the order's
     * @param {string} sale.order its name
     * @param {number} sale.session in which it was sold
     * @param {[number, string, number][]} sale.numbers product id, number, quantity
     */
    paid(sale) {
        this.sales.set(sale.uuid, { ...sale, sent: null });
    }

    /** It is not paid after all. */
    undo(uuid) {
        return this.sales.delete(uuid);
    }

    /** The server has it since a moment (milliseconds since 1970). Says whether it is news. */
    sent(uuid, at) {
        const sale = this.sales.get(uuid);
        if (sale) {
            this.sales.set(uuid, { ...sale, sent: at });
        }
        return Boolean(sale);
    }

    /** The book knows all that the server had when it was asked. Says whether anything changed. */
    booked(asked) {
        const known = this.list.filter(({ sent }) => sent !== null && sent < asked);
        known.forEach(({ uuid }) => this.sales.delete(uuid));
        return known.length > 0;
    }

    /** The uses of a number, as judge.js wants them; `unsent` ones no server can know. */
    uses(productId, number) {
        const uses = [];
        for (const { order, numbers, sent } of this.sales.values()) {
            for (const [product, name, quantity] of numbers) {
                if (product === productId && name === number) {
                    uses.push({ kind: "sold", order, quantity, unsent: sent === null });
                }
            }
        }
        return uses;
    }
}
