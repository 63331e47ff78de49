// What the server keeps for the open orders of this till. Needs nothing of Odoo.

/**
 * Numbers that the server keeps for orders, so that it can be told which of them an order has no
 * more: another till may sell them at once.
 */
export class KeptNumbers {
    constructor() {
        this.orders = new Map();
    }

    /** Uuids of the orders for which something is kept. */
    get uuids() {
        return [...this.orders.keys()];
    }

    /**
     * The server keeps numbers for an order, or so much of them as of now.
     *
     * @param {string} uuid the order's
     * @param {{product_id: number, number: string, quantity: number}[]} numbers
     */
    keep(uuid, numbers) {
        const kept = this.orders.get(uuid) || new Map();
        summed(numbers).forEach((one, key) => kept.set(key, one));
        if (kept.size) {
            this.orders.set(uuid, kept);
        }
    }

    /** Nothing of it is kept any more. */
    forget(uuid, numbers) {
        const kept = this.orders.get(uuid);
        numbers.forEach((one) => kept?.delete(keyOf(one)));
        if (!kept?.size) {
            this.drop(uuid);
        }
    }

    drop(uuid) {
        this.orders.delete(uuid);
    }

    /**
     * What is kept for an order beyond what is on it.
     *
     * @param {string} uuid
     * @param {Object[]} numbers that are on the order, as for `keep`
     * @returns {{gone: Object[], less: Object[]}} numbers that are not on it any more, and those
     *      of which it has less, with so much as it has
     */
    beyond(uuid, numbers) {
        const wanted = summed(numbers);
        const gone = [];
        const less = [];
        for (const [key, one] of this.orders.get(uuid) || []) {
            const now = wanted.get(key);
            if (!now) {
                gone.push(one);
            } else if (now.quantity < one.quantity) {
                less.push(now);
            }
        }
        return { gone, less };
    }
}

function keyOf({ product_id: productId, number }) {
    return `${productId} ${number}`;
}

/** Numbers by their key, each once with all of its quantity. */
function summed(numbers) {
    const sums = new Map();
    for (const { product_id, number, quantity } of numbers.filter((one) => one.number)) {
        const key = keyOf({ product_id, number });
        const before = sums.get(key)?.quantity || 0;
        sums.set(key, { product_id, number, quantity: before + quantity });
    }
    return sums;
}
