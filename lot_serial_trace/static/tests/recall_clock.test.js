import { beforeEach, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { ahead, reading, spoken } from "@lot_serial_trace/recall/clock_model";

const { DateTime } = luxon;

beforeEach(allowTranslations);

/** A moment of the 2nd of March 2026, by hours and minutes (UTC). */
function at(hour, minute = 0) {
    return DateTime.fromObject({ year: 2026, month: 3, day: 2, hour, minute }, { zone: "utc" });
}

function clock(values) {
    return {
        start: "2026-03-02 08:00:00",
        end: false,
        paused: 0,
        standing: false,
        pausesCount: true,
        limit: 4,
        rows: [],
        ...values,
    };
}

test.tags("headless");
test("times are said in two units", () => {
    expect(`${spoken(5)}`).toBe("5 s");
    expect(`${spoken(65)}`).toBe("1 min 5 s");
    expect(`${spoken(2 * 3600 + 61)}`).toBe("2 h 1 min");
    expect(`${spoken(26 * 3600)}`).toBe("1 d 2 h");
    expect(`${spoken(-5)}`).toBe("0 s");
});

test.tags("headless");
test("a clock that has not started shows nothing", () => {
    const shown = reading(clock({ start: false, rows: [{ key: "a" }] }), at(9));
    expect(shown.state).toBe("waiting");
    expect(shown.rows).toEqual([]);
});

test.tags("headless");
test("a clock that runs", () => {
    const shown = reading(clock(), at(9, 30));
    expect(shown.state).toBe("running");
    expect(shown.seconds).toBe(5400);
    expect(shown.left).toBe(2.5 * 3600);
});

test.tags("headless");
test("over the limit", () => {
    expect(reading(clock(), at(12, 1)).left).toBe(-60);
    expect(reading(clock({ limit: 0 }), at(12, 1)).left).toBe(null);
});

test.tags("headless");
test("pauses count, or they do not", () => {
    const standing = { paused: 1800, standing: "2026-03-02 10:00:00" };
    const strict = reading(clock(standing), at(11));
    expect(strict.state).toBe("standing");
    expect(strict.paused).toBe(5400);
    expect(strict.seconds).toBe(3 * 3600);
    const kind = reading(clock({ ...standing, pausesCount: false }), at(11));
    expect(kind.seconds).toBe(1.5 * 3600);
    expect(reading(clock({ ...standing, pausesCount: false }), at(13)).seconds).toBe(1.5 * 3600);
});

test.tags("headless");
test("a clock that has stopped stays as it is", () => {
    const shown = reading(clock({ end: "2026-03-02 10:00:00" }), at(23));
    expect(shown.state).toBe("stopped");
    expect(shown.seconds).toBe(7200);
});

test.tags("headless");
test("moments: done, done late, late, waiting", () => {
    const rows = [
        { key: "done", label: "A", at: "2026-03-02 08:30:00", due: "2026-03-02 09:00:00" },
        { key: "tardy", label: "B", at: "2026-03-02 09:30:00", due: "2026-03-02 09:00:00" },
        { key: "late", label: "C", at: false, due: "2026-03-02 09:00:00" },
        { key: "waits", label: "D", at: false, due: "2026-03-02 12:00:00" },
        { key: "free", label: "E", at: false, due: false },
    ];
    const shown = reading(clock({ rows }), at(10)).rows;
    expect(shown.map((row) => [row.key, row.done, row.late])).toEqual([
        ["done", true, false],
        ["tardy", true, true],
        ["late", false, true],
        ["waits", false, false],
        ["free", false, false],
    ]);
    expect(`${shown[0].after}`).toBe("30 min 0 s");
    expect(`${shown[2].left}`).toBe("1 h 0 min");
    expect(`${shown[3].left}`).toBe("2 h 0 min");
});

test.tags("headless");
test("the server's clock counts, not the browser's", () => {
    expect(ahead({ now: "2026-03-02 09:00:00" }, at(8, 59))).toBe(60000);
    expect(ahead({}, at(8))).toBe(0);
});
