// May this number be sold here now? Needs nothing of Odoo, so that it runs in Node.js too.

/** Severities, mildest first. */
export const SEVERITIES = ["off", "note", "warn", "block"];

/** What counts where the book says nothing about a product, as in core/findings.py. */
const DEFAULTS = {
    on_hold: "block",
    sold_already: "warn",
    in_other_order: "warn",
    twice_on_order: "warn",
    wrong_product: "warn",
    not_in_shop: "warn",
    not_checked: "note",
    too_few_left: "warn",
    past_stop_sale: "warn",
};

const DAY = 86400;
/** Quantities closer than this are the same. */
const EPSILON = 1e-6;

/** The day that a clock on the wall shows, as days since 1970. */
export function localDay(date) {
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (DAY * 1000);
}

/** A day "2027-02-28" as days since 1970. */
export function dayOf(text) {
    return Date.parse(`${text}T00:00:00Z`) / (DAY * 1000);
}

/** A verdict: findings that somebody should hear, worst first, and the worst severity. */
export function verdict(findings, lot = null) {
    const weight = ({ severity }) => SEVERITIES.indexOf(severity);
    const heard = findings
        .filter(({ severity }) => severity !== "off")
        .sort((a, b) => weight(b) - weight(a));
    return { severity: heard[0]?.severity || "off", findings: heard, lot };
}

/**
 * @typedef {Object} Ask one number that is to be sold
 * @property {{id: number, name: string, tracking: string}} product
 * @property {string} number as captured, empty if there is none
 * @property {number} quantity in the product's unit of measure; negative comes back
 *
 * @typedef {Object} Use where else the till itself has the number
 * @property {"sold"|"order"|"other"} kind sold here and not in the book yet (till_sales.js), on
 *      this order, or on another open order
 * @property {string} order its name
 * @property {number} quantity sold or wanted; negative if it came back
 * @property {boolean} [unsent] the server does not know of it
 *
 * @typedef {Object} Till
 * @property {number} today days since 1970, as the shop's clock on the wall shows
 * @property {string} shop its name, for sentences
 * @property {Object} kinds code -> title, message and remedy, for what the book has no words
 * @property {{order: string, elsewhere: string, hint: string}} words for what is not known
 * @property {(productId, number) => string} soldOn order of this till on which it was sold
 *      that the book knows of, if any
 */

/**
 * What the till can say about a number, at once and without the server.
 *
 * @param {LotBook|null} book null as long as the till has none
 * @param {Ask} ask
 * @param {Use[]} uses
 * @param {Till} till
 * @returns {{severity: string, findings: Object[], lot: Object|null}}
 */
export function judge(book, ask, uses, till) {
    if (ask.product.tracking === "none" || ask.quantity < 0) {
        return verdict([]);
    }
    if (!ask.number) {
        return verdict([finding(book, ask, till, "no_number")]);
    }
    const lot = book?.find(ask.product.id, ask.number) || null;
    const found = [...examine(book, lot, ask, uses, till)];
    if (!book) {
        found.push(["not_checked"]);
    }
    return verdict(
        found.map(([code, values]) => finding(book, ask, till, code, values)),
        lot,
    );
}

/** What is to be said about a number, in the order of core/till.py. */
function* examine(book, lot, ask, uses, till) {
    const [sold, here, others] = ["sold", "order", "other"].map((kind) => usesOf(uses, kind));
    const strangers = lot || sold.any ? "" : otherProducts(book, ask);
    if (strangers) {
        yield ["wrong_product", { other: strangers }];
    }
    if (ask.product.tracking === "serial" && here.total > 0) {
        yield ["twice_on_order", { own: true }];
    }
    const stock = (lot?.quantity || 0) - sold.total;
    if (stock > EPSILON) {
        yield* isEnough(ask, stock, here, others, till);
    } else if (!strangers) {
        yield* whyNone(book, lot, ask, sold, others, till);
    }
    yield* aboutLot(lot, till);
}

/** The uses of one kind: how much they are together, and on which orders. */
function usesOf(uses, kind) {
    const some = uses.filter((use) => use.kind === kind);
    const names = some.filter(({ quantity }) => quantity > 0).map(({ order }) => order);
    return {
        any: some.length > 0,
        unsent: some.some(({ unsent }) => unsent),
        total: some.reduce((total, { quantity }) => total + quantity, 0),
        orders: [...new Set(names)].join(", "),
    };
}

/** Names of the products that have the number, where the one that is sold has not. */
function otherProducts(book, ask) {
    const products = (book?.named(ask.number) || []).map(({ product }) =>
        book.products.get(product),
    );
    return [...new Set(products.map((product) => product?.name).filter(Boolean))].join(", ");
}

/** Whether what is there is enough for this order and for the others. */
function* isEnough(ask, stock, here, others, till) {
    const wanted = ask.quantity + (ask.product.tracking === "lot" ? here.total : 0);
    if (others.total > 0 && stock - others.total < wanted - EPSILON) {
        yield ["in_other_order", { own: true, order: others.orders || till.words.order }];
    } else if (ask.product.tracking === "lot" && stock < wanted - EPSILON) {
        yield [
            "too_few_left",
            { quantity: amount(wanted), left: amount(stock), location: till.shop },
        ];
    }
}

/** Why there is nothing of it in the shop. */
function* whyNone(book, lot, ask, sold, others, till) {
    if (sold.total > 0 || (lot && lot.gone !== "moved")) {
        const order = sold.orders || till.soldOn(ask.product.id, ask.number) || till.words.order;
        yield ["sold_already", { order, own: sold.unsent }];
    } else if (lot) {
        yield ["not_in_shop", { location: till.words.elsewhere }];
    } else {
        if (others.total > 0) {
            yield ["in_other_order", { own: true, order: others.orders || till.words.order }];
        }
        if (book && !sold.any) {
            yield ["unknown_number", { location: till.shop, hint: till.words.hint }];
        }
    }
}

/** What is wrong with a lot wherever it is. */
function* aboutLot(lot, till) {
    if (lot?.reasons.length) {
        yield ["on_hold", { reason: lot.reasons.join("; ") }];
    }
    if (lot?.expires != null && lot.expires < till.today) {
        yield ["expired", { date: day(lot.expires) }];
    }
    if (lot?.stop != null && lot.stop < till.today) {
        yield ["past_stop_sale", { date: day(lot.stop) }];
    }
}

/**
 * The sentence about a code, with the severity that the product's policy gives it; `own` if
 * the server cannot know it.
 */
function finding(book, ask, till, code, values = {}) {
    const kind = book?.words.kinds[code] || till.kinds[code] || { message: code, remedy: "" };
    const severities = book?.products.get(ask.product.id)?.severities;
    const all = { lot: ask.number, product: ask.product.name, ...values };
    return {
        code,
        severity: severityOf(code, severities),
        title: String(kind.title || ""),
        text: sentence(kind.message, all),
        remedy: [kind.remedy, values.hint].filter(Boolean).join(" "),
        own: !!values.own,
    };
}

/** Goods in quarantine may come in; out they do not go. */
export function severityOf(code, severities) {
    const severity = severities?.[code] || DEFAULTS[code] || "off";
    return severity === "quarantine" ? "block" : severity;
}

/** A message with its `%(name)s` filled in. */
export function sentence(message, values) {
    return message.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

function day(days) {
    return new Date(Math.floor(days) * DAY * 1000).toISOString().slice(0, 10);
}

/** A quantity without the crumbs of floating point. */
function amount(quantity) {
    return String(Number(quantity.toFixed(6)));
}
