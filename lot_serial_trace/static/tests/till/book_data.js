/** Made-up answers of the server's book (`pos.config.trace_book`). */

export const DEVICE = { id: 5, name: "Device", tracking: "serial" };
export const CREAM = { id: 6, name: "Cream", tracking: "lot" };

const KINDS = {
    on_hold: "%(lot)s of %(product)s is on hold: %(reason)s",
    sold_already: "%(lot)s of %(product)s was sold before: %(order)s",
    unknown_number: "%(lot)s of %(product)s is not on hand in %(location)s",
};

/** Lots as [id, name, product id, quantity, expires, stop] in columns. */
export function lots(...rows) {
    const column = (index) => rows.map((row) => row[index] ?? null);
    const [id, name, product, quantity, expires, stop] = [0, 1, 2, 3, 4, 5].map(column);
    return { id, name, product, quantity, expires, stop, made: rows.map(() => null) };
}

/** Holds as [lot id, name, product id, reason] in columns. */
export function holds(...rows) {
    const column = (index) => rows.map((row) => row[index]);
    return { lot: column(0), name: column(1), product: column(2), reason: column(3) };
}

/** A whole answer, or with `full: false` one of changes. */
export function answer(values = {}) {
    const products = Object.fromEntries(
        [DEVICE, CREAM].map(({ id, ...rest }) => [
            id,
            { ...rest, profile: 0, codes: [`code-${id}`], warranty: 0 },
        ]),
    );
    const kinds = Object.entries(KINDS).map(([code, message]) => [
        code,
        { title: code, message, remedy: "Take another unit." },
    ]);
    return {
        full: true,
        cursor: "1",
        next: null,
        today: "2027-03-01",
        may_pass: false,
        kinds: Object.fromEntries(kinds),
        profiles: [SEVERITIES],
        products,
        lots: lots(),
        gone: [],
        holds: holds(),
        ...values,
    };
}

const SEVERITIES = {
    on_hold: "block",
    expired: "block",
    past_stop_sale: "quarantine",
    unknown_number: "warn",
    not_in_shop: "warn",
    sold_already: "block",
    in_other_order: "warn",
    wrong_product: "warn",
    twice_on_order: "warn",
    too_few_left: "warn",
    no_number: "warn",
};
