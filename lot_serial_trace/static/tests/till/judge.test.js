import { expect, test } from "@odoo/hoot";
import { dayOf, judge, localDay, sentence } from "@lot_serial_trace/pos/judge";
import { LotBook } from "@lot_serial_trace/pos/lot_book";
import { answer, CREAM, DEVICE, holds, lots } from "./book_data";

const TILL = {
    today: dayOf("2027-03-01"),
    shop: "Corner Shop",
    kinds: { not_checked: { message: "%(lot)s is not checked", remedy: "" } },
    words: { order: "order unknown", elsewhere: "another place", hint: "" },
    soldOn: () => "",
};

const BOOK = new LotBook();
BOOK.apply(
    answer({
        lots: lots(
            [1, "GOOD", DEVICE.id, 1, TILL.today + 1, TILL.today],
            [2, "OLD", DEVICE.id, 1, TILL.today - 1],
            [3, "LATE", DEVICE.id, 1, TILL.today + 1, TILL.today - 1],
            [4, "HELD", DEVICE.id, 1],
            [5, "SOLD", DEVICE.id, 1],
            [6, "AWAY", DEVICE.id, 1],
            [7, "L1", CREAM.id, 10],
            [8, "NET", DEVICE.id, 0],
        ),
        gone: [
            [5, "sold"],
            [6, "moved"],
        ],
        holds: holds([4, "HELD", DEVICE.id, "leaks"], [9, "FAR", DEVICE.id, "recall"]),
    }),
);

const sold = (quantity, more) => ({ kind: "sold", order: "S/1", quantity, ...more });
const here = (quantity) => ({ kind: "order", order: "mine", quantity });
const other = (quantity) => ({ kind: "other", order: "S/2", quantity });

function say(number, { product = DEVICE, quantity = 1, uses = [], till = {}, book = BOOK } = {}) {
    return judge(book, { product, number, quantity }, uses, { ...TILL, ...till });
}
const codes = (...args) => say(...args).findings.map(({ code }) => code);

test("@lot_serial_trace what is here and may be sold is fine", () => {
    expect(say("GOOD")).toEqual({ severity: "off", findings: [], lot: BOOK.find(5, "GOOD") });
    expect(say("", { product: { ...DEVICE, tracking: "none" } }).severity).toBe("off");
});

test("@lot_serial_trace each refusal says what, why and what to do", () => {
    const [held] = say("HELD").findings;
    expect(held).toEqual({
        code: "on_hold",
        severity: "block",
        title: "on_hold",
        text: "HELD of Device is on hold: leaks",
        remedy: "Take another unit.",
        own: false,
    });
    expect(say("HELD").severity).toBe("block");
    expect(codes("OLD")).toEqual(["expired"]);
    expect(codes("SOLD")).toEqual(["sold_already"]);
    expect(codes("NET")).toEqual(["sold_already"]);
    expect(codes("AWAY")).toEqual(["not_in_shop"]);
    expect(codes("NEVER")).toEqual(["unknown_number"]);
    expect(codes("L1")).toEqual(["wrong_product"]);
    expect(codes("")).toEqual(["no_number"]);
});

test("@lot_serial_trace the worst comes first, quarantine stops goods that leave", () => {
    expect(say("LATE").severity).toBe("block");
    const far = say("FAR");
    expect(far.severity).toBe("block");
    expect(far.findings.map(({ code }) => code)).toEqual(["on_hold", "not_in_shop"]);
});

test("@lot_serial_trace the last day of sale and the last good day are days in the shop", () => {
    expect(codes("GOOD", { till: { today: TILL.today + 1 } })).toEqual(["past_stop_sale"]);
    const late = codes("GOOD", { till: { today: TILL.today + 2 } });
    expect(late).toEqual(["expired", "past_stop_sale"]);
    expect(localDay(new Date(2027, 2, 1, 23, 59))).toBe(dayOf("2027-03-01"));
    expect(localDay(new Date(2027, 2, 2, 0, 0))).toBe(dayOf("2027-03-02"));
});

test("@lot_serial_trace what policy does not mind is not said", () => {
    const book = new LotBook();
    book.apply(answer({ profiles: [{ unknown_number: "off" }], lots: lots([1, "A", 5, 1]) }));
    expect(say("NEVER", { book }).severity).toBe("off");
    // a product that the book does not know: as out of the box
    const stranger = { id: 77, name: "Stranger", tracking: "serial" };
    expect(codes("A", { book, product: stranger })).toEqual(["wrong_product"]);
});

test("@lot_serial_trace sold here, on this order, on another one", () => {
    const [found] = say("GOOD", { uses: [sold(1, { unsent: true })] }).findings;
    expect(found.text).toBe("GOOD of Device was sold before: S/1");
    expect(found.own).toBe(true);
    expect(say("GOOD", { uses: [sold(1)] }).findings[0].own).toBe(false);
    expect(codes("GOOD", { uses: [here(1)] })).toEqual(["twice_on_order"]);
    expect(codes("GOOD", { uses: [other(1)] })).toEqual(["in_other_order"]);
    // a number that nobody knows was sold here all the same
    expect(codes("NEVER", { uses: [sold(1)] })).toEqual(["sold_already"]);
    expect(codes("NEVER", { uses: [other(1)] })).toEqual(["in_other_order", "unknown_number"]);
});

test("@lot_serial_trace what came back may be sold again", () => {
    expect(codes("GOOD", { uses: [sold(1), sold(-1)] })).toEqual([]);
    expect(codes("SOLD", { uses: [sold(-1)] })).toEqual([]);
    expect(codes("NEVER", { uses: [sold(1), sold(-1)] })).toEqual([]);
    expect(say("SOLD", { quantity: -1 }).severity).toBe("off");
});

test("@lot_serial_trace the order that sold it is named if this till knows it", () => {
    const [found] = say("SOLD", { till: { soldOn: () => "S/9" } }).findings;
    expect(found.text).toBe("SOLD of Device was sold before: S/9");
    expect(say("SOLD").findings[0].text).toBe("SOLD of Device was sold before: order unknown");
});

test("@lot_serial_trace of a lot there must be enough", () => {
    const cream = (quantity, ...uses) => codes("L1", { product: CREAM, quantity, uses });
    expect(cream(10)).toEqual([]);
    expect(cream(10.5)).toEqual(["too_few_left"]);
    expect(cream(3, here(7))).toEqual([]);
    expect(cream(4, here(7))).toEqual(["too_few_left"]);
    expect(cream(4, sold(7))).toEqual(["too_few_left"]);
    expect(cream(4, other(7))).toEqual(["in_other_order"]);
    expect(cream(1, sold(10))).toEqual(["sold_already"]);
    // tenths do not add up exactly
    expect(cream(0.1, ...Array.from({ length: 99 }, () => sold(0.1)))).toEqual([]);
});

test("@lot_serial_trace without a book it says that it knows nothing", () => {
    const { severity, findings } = say("GOOD", { book: null });
    expect(severity).toBe("note");
    expect(findings[0].text).toBe("GOOD is not checked");
    expect(codes("GOOD", { book: null, uses: [here(1)] })).toEqual([
        "twice_on_order",
        "not_checked",
    ]);
});

test("@lot_serial_trace offline it says what it cannot know", () => {
    const words = { ...TILL.words, hint: "Offline." };
    const [found] = say("NEVER", { till: { words } }).findings;
    expect(found.text).toBe("NEVER of Device is not on hand in Corner Shop");
    expect(found.remedy).toBe("Take another unit. Offline.");
});

test("@lot_serial_trace values that a message wants and nobody has stay visible", () => {
    expect(sentence("%(lot)s, 100 % of %(what)s", { lot: "A$&" })).toBe("A$&, 100 % of %(what)s");
});
