import { after, expect, test } from "@odoo/hoot";
import { BookStore } from "@lot_serial_trace/pos/book_store";
import { CHUNK, LotBook } from "@lot_serial_trace/pos/lot_book";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { answer, DEVICE, lots } from "./book_data";

let databases = 0;

/** The name of a real database that is thrown away after the test. */
function device() {
    const name = `lot-serial-trace-test-${Date.now()}-${databases++}`;
    after(() => void window.indexedDB.deleteDatabase(name));
    return name;
}

/** A page of the till: its own connection to the device. */
function page(name, factory) {
    const store = new BookStore(name, factory);
    after(() => store.close());
    return store;
}

function bookOf(count, cursor = "1") {
    const book = new LotBook();
    const rows = Array.from({ length: count }, (_, i) => [i + 1, `SN${i}`, DEVICE.id, 1]);
    book.apply(answer({ lots: lots(...rows) }));
    book.cursor = cursor;
    return book;
}

const sell = (book, lotId, cursor) => {
    book.apply(answer({ full: false, gone: [[lotId, "sold"]] }));
    book.cursor = cursor;
};

function quiet() {
    const warnings = [];
    patchWithCleanup(console, { warn: (...words) => warnings.push(words.join(" ")) });
    return warnings;
}

test("@lot_serial_trace a reload finds the book as it was saved", async () => {
    const name = device();
    expect(await page(name).load()).toBe(null);
    const book = bookOf(CHUNK + 5);
    const store = page(name);
    expect(await store.save(book, 1000)).toBe(true);
    sell(book, 3, "2");
    await store.save(book, 2000);
    const found = await page(name).load();
    expect([found.book.cursor, found.heard, found.book.here]).toEqual(["2", 2000, CHUNK + 4]);
    expect(found.book.find(DEVICE.id, "SN2").gone).toBe("sold");
});

test("@lot_serial_trace two tabs never mix their chunks", async () => {
    const name = device();
    const [one, two] = [page(name), page(name)];
    await one.save(bookOf(CHUNK + 5), 1);
    const mine = (await one.load()).book;
    const yours = (await two.load()).book;
    // the same row means another lot in each of them
    mine.apply(answer({ full: false, lots: lots([90001, "MINE", DEVICE.id, 1]) }));
    yours.apply(answer({ full: false, lots: lots([90002, "YOURS", DEVICE.id, 1]) }));
    await one.save(mine, 2);
    await two.save(yours, 3);
    sell(mine, 1, "9");
    await one.save(mine, 4);
    const { book } = await page(name).load();
    expect(book.length).toBe(mine.length);
    expect(book.find(DEVICE.id, "MINE").id).toBe(90001);
    expect(book.find(DEVICE.id, "YOURS")).toBe(null);
});

test("@lot_serial_trace a crash while writing leaves what was there", async () => {
    const name = device();
    const store = page(name);
    const book = bookOf(10);
    await store.save(book, 1);
    const warnings = quiet();
    patchWithCleanup(LotBook.prototype, {
        parts() {
            const parts = super.parts(...arguments);
            return [...parts, ["broken", () => "what no device can keep"]];
        },
    });
    sell(book, 1, "2");
    const transact = store.transact;
    // the page dies in the middle: the transaction does not end well
    store.transact = (part, work) =>
        transact.call(store, part, (parts) => {
            const result = work(parts);
            parts.transaction.abort();
            return result;
        });
    expect(await store.save(book, 2)).toBe(false);
    expect(warnings).toHaveLength(1);
    const { book: found, heard } = await page(name).load();
    expect([found.cursor, found.here, heard]).toEqual(["1", 10, 1]);
});

test("@lot_serial_trace no room: the till goes on, and writes all when there is some", async () => {
    const name = device();
    const store = page(name);
    const book = bookOf(10);
    await store.save(book, 1);
    const warnings = quiet();
    const put = IDBObjectStore.prototype.put;
    patchWithCleanup(IDBObjectStore.prototype, {
        put(value, key) {
            if (key === "meta") {
                this.transaction.abort();
                return null;
            }
            return put.call(this, value, key);
        },
    });
    sell(book, 1, "2");
    expect(await store.save(book, 2)).toBe(false);
    expect(warnings).toHaveLength(1);
    IDBObjectStore.prototype.put = put;
    sell(book, 2, "3");
    expect(await store.save(book, 3)).toBe(true);
    const { book: found } = await page(name).load();
    expect([found.cursor, found.here]).toEqual(["3", 8]);
});

test("@lot_serial_trace a broken chunk means that all is loaded anew", async () => {
    const name = device();
    const store = page(name);
    await store.save(bookOf(10), 1);
    await store.transact("parts", (parts) => {
        parts.get("chunk/0").onsuccess = ({ target }) => {
            target.result.quantity[4] = 77;
            parts.put(target.result, "chunk/0");
        };
    });
    const warnings = quiet();
    const other = page(name);
    expect(await other.load()).toBe(null);
    expect(warnings[0]).toInclude("broken");
    expect(await other.save(bookOf(3), 2)).toBe(true);
    expect((await page(name).load()).book.length).toBe(3);
});

test("@lot_serial_trace another version's book is not read, and makes way for a newer one", async () => {
    const name = device();
    const store = page(name);
    await store.save(bookOf(10), 1);
    // a newer version opens in another tab: it is not kept waiting
    const newer = await new Promise((resolve, reject) => {
        const request = window.indexedDB.open(name, 99);
        request.onupgradeneeded = () => request.result.deleteObjectStore("parts");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    newer.close();
    const warnings = quiet();
    expect(await page(name).load()).toBe(null);
    expect(await store.save(bookOf(10), 2)).toBe(false);
    expect(warnings).toHaveLength(2);
});

test("@lot_serial_trace a device without databases is no reason to stop", async () => {
    quiet();
    const refusing = {
        open() {
            throw new DOMException("Private window", "SecurityError");
        },
    };
    const store = page(device(), refusing);
    expect(await store.load()).toBe(null);
    expect(await store.loadSales()).toEqual([]);
    expect(await store.save(bookOf(1), 1)).toBe(false);
});

test("@lot_serial_trace unbooked sales survive a reload beside any book", async () => {
    const name = device();
    const store = page(name);
    const sale = { uuid: "u", order: "S/1", numbers: [[5, "SN1", 1]], sent: null };
    await store.saveSales([sale]);
    await store.save(bookOf(3), 1);
    expect(await page(name).loadSales()).toEqual([sale]);
});
