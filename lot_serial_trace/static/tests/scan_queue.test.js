import { expect, test } from "@odoo/hoot";
import { advanceTime, Deferred } from "@odoo/hoot-mock";
import { ConnectionLostError } from "@web/core/network/rpc";
import { RETRY_DELAY, ScanQueue } from "@lot_serial_trace/scan/scan_queue";

test("@lot_serial_trace ten scans in a second are sent one by one, in order", async () => {
    const sent = [];
    let running = 0;
    const queue = new ScanQueue(async ({ code }) => {
        running++;
        expect(running).toBe(1);
        await Promise.resolve();
        sent.push(code);
        running--;
        return code;
    });
    const codes = [...Array(10).keys()].map(String);
    const answers = await Promise.all(codes.map((code) => queue.add({ code })));
    expect(sent).toEqual(codes);
    expect(answers).toEqual(codes);
    expect(queue.waiting).toBe(0);
});

test("@lot_serial_trace a lost connection is tried again with the same uuid, the rest waits", async () => {
    const seen = [];
    const states = [];
    let broken = true;
    const queue = new ScanQueue(
        async (scan) => {
            seen.push([scan.code, scan.uuid]);
            if (broken) {
                throw new ConnectionLostError("/");
            }
            return scan.code;
        },
        (connected) => states.push(connected),
    );
    const first = queue.add({ code: "A" });
    const second = queue.add({ code: "B" });
    await advanceTime(RETRY_DELAY / 2);
    expect(states).toEqual([false]);
    broken = false;
    await advanceTime(RETRY_DELAY);
    expect(await first).toBe("A");
    expect(await second).toBe("B");
    expect(seen.map(([code]) => code)).toEqual(["A", "A", "B"]);
    expect(seen[0][1]).toBe(seen[1][1]);
});

test("@lot_serial_trace a refused scan does not stop the next one", async () => {
    const gate = new Deferred();
    const queue = new ScanQueue(async ({ code }) => {
        await gate;
        if (code === "bad") {
            throw new Error("refused");
        }
        return code;
    });
    const bad = queue.add({ code: "bad" }).catch((error) => error.message);
    const good = queue.add({ code: "good" });
    gate.resolve();
    expect(await bad).toBe("refused");
    expect(await good).toBe("good");
});
