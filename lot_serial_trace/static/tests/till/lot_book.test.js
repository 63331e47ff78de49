import { expect, test } from "@odoo/hoot";
import { CHUNK, LotBook } from "@lot_serial_trace/pos/lot_book";
import { answer, CREAM, DEVICE, holds, lots } from "./book_data";

function bookOf(values) {
    const book = new LotBook();
    book.apply(answer(values));
    return book;
}

/** So many numbers of the device, with expiry and last day of sale on some. */
function many(count) {
    return lots(
        ...Array.from({ length: count }, (_, i) => [
            i + 1,
            `SN${i}`,
            DEVICE.id,
            1,
            i % 2 ? 1800000000 + i : null,
            i % 3 ? 20800 + i : null,
        ]),
    );
}

test("@lot_serial_trace a number is found by product and by itself", () => {
    const book = bookOf({
        lots: lots(
            [1, "A", DEVICE.id, 1, 1800000000, 20800],
            [2, "A", CREAM.id, 7.5],
            [3, "B", DEVICE.id, 1],
        ),
    });
    const found = book.find(DEVICE.id, "A");
    expect([found.id, found.quantity, found.expires, found.stop]).toEqual([
        1, 1, 1800000000, 20800,
    ]);
    expect(book.find(CREAM.id, "A").quantity).toBe(7.5);
    expect(book.find(CREAM.id, "A").expires).toBe(null);
    expect(book.find(CREAM.id, "B")).toBe(null);
    expect(book.named("A").map(({ id }) => id)).toEqual([2, 1]);
    expect(book.named("toString")).toEqual([]);
    expect(book.productOfCode("code-6").name).toBe("Cream");
    expect(book.here).toBe(3);
});

test("@lot_serial_trace an answer applied twice changes nothing", () => {
    const book = bookOf({ lots: many(10) });
    const change = answer({
        full: false,
        lots: lots([3, "SN2", DEVICE.id, 4], [11, "NEW", DEVICE.id, 1]),
        gone: [[1, "sold"]],
    });
    for (const time of [1, 2]) {
        book.apply(change);
        expect(book.length).toBe(11, { message: `time ${time}` });
        expect(book.here).toBe(10);
        expect(book.find(DEVICE.id, "SN2").quantity).toBe(4);
        expect(book.find(DEVICE.id, "SN2").expires).toBe(null);
        expect(book.find(DEVICE.id, "SN0").gone).toBe("sold");
        expect(book.find(DEVICE.id, "NEW").quantity).toBe(1);
    }
});

test("@lot_serial_trace what is gone can come back, and be renamed", () => {
    const book = bookOf({ lots: lots([1, "A", DEVICE.id, 1], [2, "A", CREAM.id, 1]) });
    book.apply(answer({ full: false, gone: [[1, "moved"]] }));
    expect(book.named("A").map(({ id, gone }) => [id, gone])).toEqual([
        [2, ""],
        [1, "moved"],
    ]);
    book.apply(answer({ full: false, lots: lots([1, "B", DEVICE.id, 2]) }));
    expect(book.find(DEVICE.id, "A")).toBe(null);
    expect(book.find(DEVICE.id, "B").gone).toBe("");
    expect(book.find(CREAM.id, "A").id).toBe(2);
    expect(book.here).toBe(2);
    // the number that was there before is free for another lot
    book.apply(answer({ full: false, lots: lots([2, "C", CREAM.id, 1], [3, "A", DEVICE.id, 1]) }));
    expect(book.named("A").map(({ id }) => id)).toEqual([3]);
});

test("@lot_serial_trace holds are replaced as a whole, also of what is not here", () => {
    const book = bookOf({
        lots: lots([1, "A", DEVICE.id, 1]),
        holds: holds(
            [1, "A", DEVICE.id, "leaks"],
            [1, "A", DEVICE.id, "recall"],
            [9, "Z", DEVICE.id, "recall"],
        ),
    });
    expect(book.find(DEVICE.id, "A").reasons).toEqual(["leaks", "recall"]);
    expect(book.named("Z")[0].reasons).toEqual(["recall"]);
    expect(book.find(DEVICE.id, "Z").gone).toBe("moved");
    book.apply(answer({ full: false, holds: holds([9, "Z", DEVICE.id, "recall"]) }));
    expect(book.find(DEVICE.id, "A").reasons).toEqual([]);
    expect(book.reasons(9)).toEqual(["recall"]);
});

test("@lot_serial_trace only changed chunks are written, and read they are the same book", () => {
    const book = bookOf({ lots: many(2 * CHUNK + 10), cursor: "7" });
    expect([...book.parts().keys()]).toEqual([
        "chunk/0",
        "chunk/1",
        "chunk/2",
        "products",
        "holds",
        "words",
    ]);
    const device = new Map(book.parts());
    book.settle();
    book.apply({ full: false, lots: lots([CHUNK + 5, `SN${CHUNK + 4}`, DEVICE.id, 3]) });
    expect([...book.parts().keys()]).toEqual(["chunk/1", "words"]);
    book.parts().forEach((part, key) => device.set(key, part));
    const again = LotBook.restore(book.length, device);
    expect(again.here).toBe(book.here);
    for (const number of ["SN0", `SN${CHUNK + 4}`, `SN${2 * CHUNK + 9}`]) {
        expect(again.find(DEVICE.id, number)).toEqual(book.find(DEVICE.id, number));
    }
    expect(again.productOfCode("code-5").severities.on_hold).toBe("block");
    expect(again.words.today).toBe("2027-03-01");
    expect([...again.parts().keys()]).toEqual(["words"]);
});

test("@lot_serial_trace a broken or missing chunk is noticed", () => {
    const parts = () => {
        const book = bookOf({ lots: many(CHUNK + 10) });
        return [book.length, structuredClone(book.parts(true))];
    };
    const broken = {
        "a bit": (device) => (device.get("chunk/0").quantity[7] += 1),
        "a number": (device) => (device.get("chunk/1").names[3] = "SN77"),
        "a row too few": (device) => device.get("chunk/1").names.pop(),
        "a chunk too few": (device) => device.delete("chunk/1"),
        "another thing": (device) => device.set("chunk/0", "x"),
        "no holds": (device) => device.delete("holds"),
    };
    for (const [what, breaks] of Object.entries(broken)) {
        const [length, device] = parts();
        expect(LotBook.restore(length, device)).not.toBe(null);
        breaks(device);
        expect(LotBook.restore(length, device)).toBe(null, { message: what });
    }
});
