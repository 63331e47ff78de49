import { expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { Burst, GS, KeyReader, SILENCE } from "@lot_serial_trace/scan/key_reader";

const FAST = 10;
const SLOW = 120;

/** A reader on a field of its own, and a hand or scanner that sends it keys. */
function keyboard() {
    const input = document.createElement("input");
    const codes = [];
    const reader = new KeyReader((code, method) => codes.push([code, method]));
    let now = 0;
    const press = (key, pace, more = {}) => {
        now += pace;
        let taken = false;
        const event = { key, timeStamp: now, preventDefault: () => (taken = true), ...more };
        event.stopPropagation = () => {};
        reader.keydown(event, input);
        // what the browser would do
        if (!taken && key.length === 1 && !more.ctrlKey && !more.altKey) {
            input.value += key;
        }
        return taken;
    };
    const write = (text, pace = FAST) => [...text].forEach((key) => press(key, pace));
    const release = (key) => reader.keyup({ key }, input);
    return { codes, input, press, release, write };
}

test("@lot_serial_trace a code ends with Enter, Tab, or their control keys", () => {
    for (const end of [["Enter"], ["Tab"], ["m", { ctrlKey: true }], ["i", { ctrlKey: true }]]) {
        const { codes, press, write } = keyboard();
        write("0195011015");
        expect(press(end[0], FAST, end[1])).toBe(true);
        expect(codes).toEqual([["0195011015", "scanned"]]);
    }
});

test("@lot_serial_trace Tab leaves an empty field", () => {
    const { codes, press } = keyboard();
    expect(press("Tab", SLOW)).toBe(false);
    expect(codes).toEqual([]);
});

test("@lot_serial_trace FNC1 comes as GS, as Ctrl+] and as Alt+029", () => {
    const { codes, press, release, write } = keyboard();
    write("10B7");
    press(GS, FAST);
    write("21A");
    press("]", FAST, { ctrlKey: true });
    write("17271231");
    ["0", "2", "9"].forEach((key) => press(key, FAST, { altKey: true }));
    release("Alt");
    write("240X");
    press("Enter", FAST);
    expect(codes).toEqual([[`10B7${GS}21A${GS}17271231${GS}240X`, "scanned"]]);
});

test("@lot_serial_trace what comes by finger is typed", () => {
    const { codes, press, write } = keyboard();
    write("SN-1234", SLOW);
    press("Enter", SLOW);
    expect(codes).toEqual([["SN-1234", "typed"]]);
});

test("@lot_serial_trace a scanner without an end key is understood by its pace", async () => {
    const { codes, write } = keyboard();
    write("SN-1234");
    await advanceTime(SILENCE + 1);
    write("SN-5678");
    await advanceTime(SILENCE + 1);
    expect(codes.map(([code]) => code)).toEqual(["SN-1234", "SN-5678"]);
});

test("@lot_serial_trace a scanner that ends its codes may be slow in the middle of one", async () => {
    const { codes, press, write } = keyboard();
    write("SN-1234");
    press("Enter", FAST);
    write("SN-56");
    await advanceTime(SILENCE + 1);
    write("78");
    press("Enter", FAST);
    expect(codes.map(([code]) => code)).toEqual(["SN-1234", "SN-5678"]);
});

test("@lot_serial_trace nobody's fingers are a scanner's", () => {
    const burst = new Burst();
    [0, 30, 80, 200, 230, 400, 520].forEach((at) => burst.key(at));
    expect(burst.isScanner).toBe(false);
});
