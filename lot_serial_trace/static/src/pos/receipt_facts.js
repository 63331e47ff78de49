// What a receipt says beside each number. Needs the till's records, but neither screen nor server.
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { buildDigitalLink, Gs1Error, normaliseGtin, parse } from "../gs1/index.js";

const { DateTime } = luxon;

/** Milliseconds of a day: the book counts days since 1970. */
const DAY = 86400000;
/** So many codes fit on a receipt; the numbers after them have none. */
export const MOST_CODES = 10;

/**
 * What the receipt says of a number.
 *
 * @param {Object} pack the number on the line (`pos.pack.operation.lot`)
 * @param {Object} [book] the till's book of numbers, where there is one
 * @returns {{number: string, lines: string[], link: string}}
 */
export function factsOf(pack, book) {
    const line = pack.pos_order_line_id;
    const expires = expiryOf(pack, book);
    const warranty = line.qty > 0 ? warrantyText(line) : "";
    return {
        number: pack.lot_name,
        lines: [expires && _t("Use by %s", formatDate(expires)), warranty].filter(Boolean),
        link: linkOf(line, pack.lot_name),
    };
}

/** The last good day: as the book says, or else as the scanned code says; null if nobody does. */
export function expiryOf(pack, book) {
    const product = pack.pos_order_line_id.product_id;
    const { expires } = book?.find(product.id, pack.lot_name) || {};
    if (expires) {
        return DateTime.fromMillis(expires * DAY, { zone: "utc" });
    }
    const said = pack.trace_raw ? readExpiry(pack.trace_raw) : null;
    return said ? DateTime.fromISO(said) : null;
}

function readExpiry(raw) {
    try {
        return parse(raw).expiry || null;
    } catch {
        return null;
    }
}

/** How long a unit of the line is covered, in words; "" where it is not. */
export function warrantyText(line) {
    const template = line.product_id.product_tmpl_id;
    const months = template?.trace_warranty_term;
    if (!months) {
        return "";
    }
    if (line.trace_exchange_uuid) {
        return _t("Warranty as of the unit given back");
    }
    const order = line.order_id;
    if (order.shipping_date && template.trace_warranty_from === "delivery") {
        return _t("Warranty: %s months from delivery", months);
    }
    return _t("Warranty until %s", formatDate(lastDay(shopTime(order), months)));
}

/** When it was sold, by the clock of the shop: a device may be set to another time zone. */
export function shopTime({ date_order: sold, config }) {
    const there = config?.trace_zone ? sold.setZone(config.trace_zone) : sold;
    return there.isValid ? there : sold;
}

/** The last day covered. Where the last month has no such day its last one is: as core/warranty.py. */
export function lastDay(start, months) {
    return start.startOf("day").plus({ months });
}

/** The GS1 Digital Link of a unit; "" where the product has no GTIN or the number cannot stand in one. */
export function linkOf(line, number) {
    const product = line.product_id;
    const gtin = normaliseGtin(product.barcode);
    if (!gtin) {
        return "";
    }
    const stem = stemOf(line.order_id.company, product).replace(/\/+$/, "");
    const kind = product.tracking === "serial" ? "serial" : "lot";
    try {
        return buildDigitalLink({ gtin, [kind]: number, ...(stem ? { stem } : {}) });
    } catch (error) {
        if (error instanceof Gs1Error) {
            return "";
        }
        throw error;
    }
}

/** Where links to a product lead: to our page if it has one, else where the company says. */
function stemOf(company, product) {
    const own = product.product_tmpl_id?.trace_page_on && company?.trace_page_stem;
    return own || company?.trace_link_stem || "";
}

/** Whether the number is among the first ones of its order, which get a code. */
export function hasCode(pack) {
    const packs = pack.pos_order_line_id.order_id.lines.flatMap((line) => line.pack_lot_ids);
    return packs.indexOf(pack) < MOST_CODES;
}
