import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, Deferred, mockDate } from "@odoo/hoot-mock";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { dayOf } from "@lot_serial_trace/pos/judge";
import { ANEW, HEARTBEAT, RETRY, TillBook } from "@lot_serial_trace/pos/till_book";
import { answer, DEVICE, lots } from "./book_data";

/** A till whose server answers with `reply`; requests are kept. */
function tillWith(reply, kept = null) {
    const asked = [];
    const saved = { books: [], sales: [] };
    const store = {
        load: async () => kept,
        loadSales: async () => saved.sales,
        save: async (book, heard) => saved.books.push([book.cursor, heard]) > 0,
        saveSales: async (list) => (saved.sales = list),
        close: async () => {},
    };
    const till = new TillBook(async (since, page) => {
        asked.push([since, page]);
        return reply(since, page, asked.length);
    }, store);
    return { asked, saved, till };
}

const lost = () => {
    throw new ConnectionLostError("/");
};

beforeEach(() => mockDate("2027-03-01 12:00:00"));

test("@lot_serial_trace everything at first, page by page, then what changed", async () => {
    const pages = {
        null: answer({ next: "p2", cursor: "1", lots: lots([1, "A", DEVICE.id, 1]) }),
        p2: answer({ cursor: "5", lots: lots([2, "B", DEVICE.id, 1]) }),
    };
    const { asked, saved, till } = tillWith((since, page) =>
        since ? answer({ full: false, cursor: "9", gone: [[1, "sold"]] }) : pages[page],
    );
    await till.load();
    expect(till.ready).toBe(false);
    expect(till.find(DEVICE.id, "A")).toBe(null);
    await till.refresh();
    expect(till.ready).toBe(true);
    expect(till.book.here).toBe(2);
    await till.refresh();
    expect(till.find(DEVICE.id, "A").gone).toBe("sold");
    expect(asked).toEqual([
        [null, null],
        [null, "p2"],
        ["1", null],
    ]);
    expect(saved.books.map(([cursor]) => cursor)).toEqual(["1", "9"]);
    till.close();
});

test("@lot_serial_trace a load that breaks off leaves the old book in place", async () => {
    let breaks = false;
    const { till } = tillWith((since, page) => {
        if (page && breaks) {
            lost();
        }
        return answer({ next: page ? null : "p2", lots: lots([1, "A", DEVICE.id, 1]) });
    });
    await till.refresh();
    breaks = true;
    const before = till.book;
    expect(await till.refresh()).toBe(false);
    expect(till.book).toBe(before);
    expect(till.state.lost).toBe(true);
    till.close();
});

test("@lot_serial_trace what comes while it is asking is asked once more, not each time", async () => {
    const gate = new Deferred();
    const { asked, till } = tillWith(async () => {
        await gate;
        return answer();
    });
    const first = till.refresh();
    till.refresh();
    till.refresh();
    gate.resolve();
    await first;
    expect(asked).toHaveLength(2);
    till.close();
});

test("@lot_serial_trace it tries again ever more rarely, and now and then anyway", async () => {
    let works = false;
    const { asked, till } = tillWith(() => (works ? answer() : lost()));
    await till.refresh();
    const [first, longest] = RETRY;
    await advanceTime(first);
    expect(asked).toHaveLength(2);
    await advanceTime(first);
    expect(asked).toHaveLength(2);
    await advanceTime(first);
    expect(asked).toHaveLength(3);
    await advanceTime(100 * longest);
    works = true;
    await advanceTime(longest);
    const tried = asked.length;
    expect(till.state.lost).toBe(false);
    await advanceTime(HEARTBEAT - longest - 1);
    expect(asked).toHaveLength(tried);
    await advanceTime(longest + 1);
    expect(asked).toHaveLength(tried + 1);
    till.close();
});

test("@lot_serial_trace an error of the server is no reason to stop selling", async () => {
    const warnings = [];
    patchWithCleanup(console, { warn: (...words) => warnings.push(words.join(" ")) });
    const { till } = tillWith(() => {
        throw new Error("Access Denied");
    });
    expect(await till.refresh()).toBe(false);
    expect(warnings[0]).toInclude("Access Denied");
    till.close();
});

test("@lot_serial_trace the device's book is used at once and says how old it is", async () => {
    const { till: first } = tillWith(() => answer({ lots: lots([1, "A", DEVICE.id, 1]) }));
    await first.refresh();
    const heard = Date.now() - 3600000;
    const { till } = tillWith(lost, { book: first.book, heard });
    await till.load();
    expect(till.ready).toBe(true);
    expect(till.fresh).toBe(heard);
    await till.refresh();
    expect(till.fresh).toBe(heard);
    expect(till.find(DEVICE.id, "A").id).toBe(1);
    first.close();
    till.close();
});

test("@lot_serial_trace days are the shop's, not the device's", async () => {
    const { till } = tillWith(() => answer({ today: "2027-03-02" }));
    await till.refresh();
    expect(till.today).toBe(dayOf("2027-03-02"));
    mockDate("2027-03-01 23:58:00");
    till.dayShift = 0;
    await till.refresh();
    expect(till.dayShift).toBe(0);
    till.close();
});

test("@lot_serial_trace a sale counts until the book was asked for after the server had it", async () => {
    const { saved, till } = tillWith(() => answer({ lots: lots([1, "A", DEVICE.id, 1]) }));
    await till.refresh();
    const counts = () => till.sales.uses(DEVICE.id, "A").length;
    till.paid({ uuid: "u", order: "S/1", session: 1, numbers: [[DEVICE.id, "A", 1]] });
    await till.refresh();
    expect(counts()).toBe(1);
    const before = Date.now();
    till.sent("u");
    const [{ sent }] = saved.sales;
    // the mocked clock goes on between two lines
    expect(before <= sent && sent <= Date.now()).toBe(true);
    await advanceTime(1000);
    await till.refresh();
    expect(counts()).toBe(0);
    expect(saved.sales).toEqual([]);
    till.paid({ uuid: "v", order: "S/2", session: 1, numbers: [[DEVICE.id, "A", 1]] });
    till.unpaid("v");
    expect(counts()).toBe(0);
    till.close();
});

test("@lot_serial_trace twice a day, and when somebody wants it, everything is asked for anew", async () => {
    const { asked, till } = tillWith((since) => answer({ cursor: "1", full: !since }));
    const last = () => asked.at(-1)[0];
    await till.refresh();
    await till.refresh();
    expect(last()).toBe("1");
    await till.renew();
    expect(last()).toBe(null);
    await till.refresh();
    expect(last()).toBe("1");
    // one millisecond more, as the mocked clock may stand still between two lines
    await advanceTime(ANEW - HEARTBEAT + 1);
    expect(last()).toBe("1");
    for (let beat = 0; beat < 3; beat++) {
        await advanceTime(HEARTBEAT);
        await till.running;
    }
    expect(asked.filter(([since]) => !since)).toHaveLength(3);
    await till.refresh();
    expect(last()).toBe("1");
    // also if the till was switched off over night
    const { asked: later, till: other } = tillWith(() => answer(), {
        book: Object.assign(till.book, { anew: Date.now() - ANEW - 1 }),
        heard: Date.now() - ANEW,
    });
    await other.load();
    await other.refresh();
    expect(later).toEqual([[null, null]]);
    till.close();
    other.close();
});

test("@lot_serial_trace when too much has left, everything is asked for anew", async () => {
    const { asked, till } = tillWith(() => answer({ cursor: "1" }));
    await till.refresh();
    till.book.goneRows = 50001;
    await till.refresh();
    expect(asked[1]).toEqual([null, null]);
    till.close();
});
