import { describe, expect, test } from "@odoo/hoot";
import { KeptNumbers } from "@lot_serial_trace/pos/kept_numbers";

describe.current.tags("headless");

const one = (number, quantity = 1, product_id = 5) => ({ product_id, number, quantity });

test("@lot_serial_trace what is not on the order any more is given up, and nothing else", () => {
    const kept = new KeptNumbers();
    kept.keep("a", [one("SN1"), one("SN2"), one("", 1)]);
    kept.keep("b", [one("SN3")]);
    expect(kept.beyond("a", [one("SN1"), one("SN2")])).toEqual({ gone: [], less: [] });
    const { gone } = kept.beyond("a", [one("SN2"), one("SN1", 1, 6)]);
    expect(gone).toEqual([one("SN1")]);
    kept.forget("a", gone);
    expect(kept.beyond("a", []).gone).toEqual([one("SN2")]);
    kept.forget("a", [one("SN2")]);
    expect(kept.uuids).toEqual(["b"]);
});

test("@lot_serial_trace less of a lot is kept as less, of all lines together", () => {
    const kept = new KeptNumbers();
    kept.keep("a", [one("L1", 3), one("L1", 2)]);
    expect(kept.beyond("a", [one("L1", 5)])).toEqual({ gone: [], less: [] });
    expect(kept.beyond("a", [one("L1", 1), one("L1", 1)]).less).toEqual([one("L1", 2)]);
    expect(kept.beyond("a", [one("L1", 7)]).less).toEqual([]);
    kept.keep("a", [one("L1", 2)]);
    expect(kept.beyond("a", [one("L1", 2)]).less).toEqual([]);
});

test("@lot_serial_trace nothing is kept of numbers that are none", () => {
    const kept = new KeptNumbers();
    kept.keep("a", [one("")]);
    expect(kept.uuids).toEqual([]);
    expect(kept.beyond("a", [])).toEqual({ gone: [], less: [] });
});
