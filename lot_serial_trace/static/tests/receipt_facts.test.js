import { describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import {
    MOST_CODES,
    expiryOf,
    factsOf,
    hasCode,
    lastDay,
    shopTime,
    linkOf,
    warrantyText,
} from "@lot_serial_trace/pos/receipt_facts";

describe.current.tags("headless");

const { DateTime } = luxon;

/** A line of an order as the till has it. */
function makeLine({ tracking = "serial", months = 24, from = "sale", ...values } = {}) {
    const order = {
        date_order: DateTime.fromISO("2026-01-31T23:00:00"),
        company: { trace_link_stem: false },
        ...values.order,
    };
    const line = {
        qty: 1,
        order_id: order,
        product_id: {
            id: 7,
            tracking,
            barcode: "9501101530003",
            product_tmpl_id: { trace_warranty_term: months, trace_warranty_from: from },
            ...values.product,
        },
        pack_lot_ids: [],
        ...values.line,
    };
    order.lines = [line];
    return line;
}

function makePack(line, number = "SN1", values = {}) {
    const pack = { lot_name: number, pos_order_line_id: line, ...values };
    line.pack_lot_ids.push(pack);
    return pack;
}

test("the last day covered, where months are short", () => {
    const day = (text, months) => lastDay(DateTime.fromISO(text), months).toISODate();
    expect(day("2026-01-31T23:30:00", 1)).toBe("2026-02-28");
    expect(day("2024-01-31T00:00:00", 1)).toBe("2024-02-29");
    expect(day("2024-02-29T12:00:00", 12)).toBe("2025-02-28");
    expect(day("2026-03-05T12:00:00", 24)).toBe("2028-03-05");
});

test("the day is that of the shop, not of the device", () => {
    const sold = DateTime.fromISO("2026-03-04T23:30:00", { zone: "utc" });
    const day = (trace_zone) => shopTime({ date_order: sold, config: { trace_zone } }).toISODate();
    expect(day("Asia/Tokyo")).toBe("2026-03-05");
    expect(day("America/New_York")).toBe("2026-03-04");
    expect(day("Nowhere/At_All")).toBe("2026-03-04");
    expect(shopTime({ date_order: sold }).toISODate()).toBe("2026-03-04");
    allowTranslations();
    patchWithCleanup(localization, { dateFormat: "MM/dd/yyyy" });
    const line = makeLine({ months: 1, order: { config: { trace_zone: "Asia/Tokyo" } } });
    line.order_id.date_order = sold;
    expect(warrantyText(line)).toBe("Warranty until 04/05/2026");
});

test("warranty in words", () => {
    allowTranslations();
    patchWithCleanup(localization, { dateFormat: "MM/dd/yyyy" });
    mockDate("2026-01-31 12:00:00");
    expect(warrantyText(makeLine())).toBe("Warranty until 01/31/2028");
    expect(warrantyText(makeLine({ months: 0 }))).toBe("");
    const later = { order: { shipping_date: "2026-03-01" } };
    expect(warrantyText(makeLine({ from: "delivery", ...later }))).toBe(
        "Warranty: 24 months from delivery",
    );
    expect(warrantyText(makeLine(later))).toBe("Warranty until 01/31/2028");
    const exchanged = makeLine({ line: { trace_exchange_uuid: "abc" } });
    expect(warrantyText(exchanged)).toBe("Warranty as of the unit given back");
});

test("a refund promises nothing", () => {
    allowTranslations();
    const pack = makePack(makeLine({ line: { qty: -1 } }));
    expect(factsOf(pack).lines).toEqual([]);
});

test("expiry by the book, or by the scanned code, or not at all", () => {
    const line = makeLine({ tracking: "lot" });
    const pack = makePack(line, "L1", {
        trace_raw: "]d2" + "0109501101530003" + "17301231" + "10L1",
    });
    expect(expiryOf(pack).toISODate()).toBe("2030-12-31");
    const expires = Date.UTC(2027, 5, 1) / 86400000;
    const book = {
        find: (product, number) => (product === 7 && number === "L1" ? { expires } : null),
    };
    expect(expiryOf(pack, book).toISODate()).toBe("2027-06-01");
    expect(expiryOf(makePack(line, "L2"), book)).toBe(null);
    expect(expiryOf(makePack(line, "L3", { trace_raw: "\u0000nonsense" }))).toBe(null);
});

test("links to units, lots and nothing", () => {
    expect(linkOf(makeLine(), "SN/1")).toBe("https://id.gs1.org/01/09501101530003/21/SN%2F1");
    const own = { order: { company: { trace_link_stem: "https://example.com/" } } };
    expect(linkOf(makeLine({ tracking: "lot", ...own }), "L1")).toBe(
        "https://example.com/01/09501101530003/10/L1",
    );
    const stems = { trace_link_stem: false, trace_page_stem: "https://shop.example" };
    const order = { company: stems };
    const shown = { product: { product_tmpl_id: { trace_page_on: true } } };
    expect(linkOf(makeLine({ order }), "SN1")).toBe("https://id.gs1.org/01/09501101530003/21/SN1");
    expect(linkOf(makeLine({ order, ...shown }), "SN1")).toBe(
        "https://shop.example/01/09501101530003/21/SN1",
    );
    expect(linkOf(makeLine({ product: { barcode: "shop-7" } }), "SN1")).toBe("");
    expect(linkOf(makeLine(), "with a space")).toBe("");
    expect(linkOf(makeLine(), "Ä".repeat(30))).toBe("");
});

test("only the first numbers of a receipt have a code", () => {
    const line = makeLine();
    const packs = Array.from({ length: MOST_CODES + 2 }, (_, i) => makePack(line, `SN${i}`));
    expect(packs.filter(hasCode).length).toBe(MOST_CODES);
    expect(hasCode(packs.at(-1))).toBe(false);
});
