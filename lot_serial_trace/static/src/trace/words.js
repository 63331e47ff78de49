import { deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/** What the explorer calls things. */
export const STATUS = {
    free: _t("Free"),
    partial: _t("Held in places"),
    held: _t("On hold"),
    recalled: _t("Recalled"),
    expired: _t("Expired"),
};

/** How grave a status is. */
export const TONES = { partial: "warn", held: "stop", recalled: "stop", expired: "warn" };

export const KINDS = {
    lot: _t("Lot/Serial"),
    list: _t("List"),
    product: _t("Product"),
    package: _t("Package"),
    picking: _t("Transfer"),
    purchase: _t("Purchase Order"),
    sale: _t("Sales Order"),
    pos_order: _t("Sale at the till"),
    asn: _t("Shipping Notice"),
    production: _t("Manufacturing"),
    unbuild: _t("Unbuild"),
    repair: _t("Repair"),
    repair_in: _t("Repair: part added"),
    repair_out: _t("Repair: part removed"),
    supplier: _t("Supplier"),
    customer: _t("Customer"),
    place: _t("Place"),
};

export const ICONS = {
    lot: "fa-barcode",
    list: "fa-list-ol",
    product: "fa-cube",
    package: "fa-archive",
    picking: "fa-truck",
    purchase: "fa-shopping-cart",
    sale: "fa-file-text-o",
    pos_order: "fa-shopping-bag",
    asn: "fa-envelope-open-o",
    production: "fa-wrench",
    unbuild: "fa-chain-broken",
    repair: "fa-medkit",
    repair_in: "fa-medkit",
    repair_out: "fa-medkit",
    supplier: "fa-industry",
    customer: "fa-user",
    place: "fa-map-marker",
};

/** Which records operations are. */
export const RECORDS = {
    production: "mrp.production",
    unbuild: "mrp.unbuild",
    repair_in: "repair.order",
    repair_out: "repair.order",
};

export const kindOf = (kind) => (KINDS[kind] || kind).toString();

/** A quantity without needless zeros. */
export const amount = (value) => formatFloat(value || 0, { digits: [16, 3], trailingZeros: false });
/** A quantity with its unit. */
export const quantity = (value, unit) => [amount(value), unit].filter(Boolean).join("\u00a0");
/** A count. */
export const count = (value) => formatFloat(value || 0, { digits: [16, 0] });

/** A moment of the server in the reader's time zone. */
export const when = (moment) =>
    moment ? formatDateTime(deserializeDateTime(moment), { showSeconds: false }) : "";
/** The day of a moment. */
export const day = (moment) => (moment ? formatDate(deserializeDateTime(moment)) : "");
/** The time of day of a moment. */
export const clock = (moment) =>
    moment ? deserializeDateTime(moment).toLocaleString(luxon.DateTime.TIME_24_SIMPLE) : "";

/** How far a lot is from those asked about. */
export function levelWords(level) {
    if (!level) {
        return _t("Asked about");
    }
    const steps = Math.abs(level);
    if (level < 0) {
        return steps === 1 ? _t("Made from, 1 step back") : _t("Made from, %s steps back", steps);
    }
    return steps === 1 ? _t("Made into, 1 step on") : _t("Made into, %s steps on", steps);
}

/** "1 row", "4,312 rows". */
export const rowsWords = (many) => (many === 1 ? _t("1 row") : _t("%s rows", count(many)));
/** "1 lot", "4,312 lots". */
export const lotsWords = (many) => (many === 1 ? _t("1 lot") : _t("%s lots", count(many)));

/** What a box of the picture says. */
export function boxWords(box) {
    if (box.kind === "node") {
        return nodeWords(box);
    }
    const things = thingsOf(box);
    const total = count(box.kind === "head" ? box.total : box.rest.length);
    if (box.kind === "group") {
        return { title: _t("%(total)s × %(things)s", { total, things }), detail: _t("Unfold") };
    }
    if (box.kind === "more") {
        return { title: _t("and %(total)s more: unfold", { total }), detail: things };
    }
    return { title: _t("%(total)s × %(things)s", { total, things }), detail: _t("Fold") };
}

function thingsOf({ type, groupLabel }) {
    const plural = { supplier: _t("suppliers"), customer: _t("customers") };
    return type === "lot" ? groupLabel : (plural[type] || kindOf(groupLabel)).toString();
}

function nodeWords(box) {
    if (box.type === "lot") {
        const here = box.lot.on_hand
            ? _t("%(quantity)s %(uom)s here", {
                  quantity: amount(box.lot.on_hand),
                  uom: box.product.uom,
              })
            : "";
        return { title: box.label, detail: [box.detail, here].filter(Boolean).join(" · ") };
    }
    if (box.type === "operation") {
        return { title: box.label, detail: kindOf(box.operation.kind) };
    }
    const moved = box.flows.reduce((sum, flow) => sum + flow.quantity - flow.back, 0);
    const lots = new Set(box.flows.map((flow) => flow.lot)).size;
    const words = { quantity: amount(moved), lots: lotsWords(lots) };
    return {
        title: box.label,
        detail:
            box.type === "supplier"
                ? _t("sent %(quantity)s: %(lots)s", words)
                : _t("got %(quantity)s: %(lots)s", words),
    };
}

/** What a screen reader is told of a box. */
export function spoken(box) {
    const { title, detail } = boxWords(box);
    const status = box.type === "lot" && box.kind === "node" ? toneOf(box).words : "";
    const level = box.type === "lot" ? levelWords(box.level).toString() : "";
    return [
        kindOf(box.type === "operation" ? box.groupLabel : box.type),
        title,
        detail,
        level,
        status,
    ]
        .filter(Boolean)
        .join(", ");
}

/** How grave the state of a box is, and in words. */
export function toneOf(box) {
    if (box.type !== "lot") {
        return { tone: "", words: "" };
    }
    const lots = box.kind === "node" ? [box] : box.rest || [];
    const states = lots.map((lot) =>
        lot.status === "free" && lot.expired ? "expired" : lot.status,
    );
    for (const state of ["recalled", "held", "partial", "expired"]) {
        const many = states.filter((one) => one === state).length;
        if (many) {
            const words = STATUS[state].toString();
            return {
                tone: TONES[state],
                words: lots.length > 1 ? `${count(many)} × ${words}` : words,
            };
        }
    }
    return { tone: "", words: "" };
}
