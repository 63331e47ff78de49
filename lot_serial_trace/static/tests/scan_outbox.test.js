import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, Deferred, tick } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { PATIENCE, ScanOutbox } from "@lot_serial_trace/scan/scan_outbox";
import { RETRY_DELAY } from "@lot_serial_trace/scan/scan_queue";
import { ScanStore } from "@lot_serial_trace/scan/scan_store";

const RECEIPT = { model: "stock.picking", id: 7, name: "WH/IN/00007" };

/** An outbox whose server answers with `reply`; calls are kept. */
function outboxWith(reply) {
    const calls = [];
    const outbox = new ScanOutbox(
        (_model, method, _args, kwargs) => {
            calls.push({ ...kwargs, call: method });
            return Promise.resolve(kwargs).then(reply);
        },
        new ScanStore("db", 2),
    );
    const answers = [];
    outbox.bus.addEventListener("answer", ({ detail }) => answers.push(detail.answer));
    return { answers, calls, outbox };
}

const scan = (outbox, code) => outbox.add(RECEIPT, "trace_scan", { code, method: "scanned" });
const good = ({ code }) => ({ verdict: "good", message: code });
const lost = () => {
    throw new ConnectionLostError("/");
};

beforeEach(() => browser.localStorage.clear());

test("@lot_serial_trace a scan is on the device until it is answered", async () => {
    const gate = new Deferred();
    const { answers, outbox } = outboxWith(async (kwargs) => {
        await gate;
        return good(kwargs);
    });
    scan(outbox, "A");
    expect(new ScanStore("db", 2).load()).toHaveLength(1);
    expect(outbox.unsent).toBe(1);
    gate.resolve();
    await tick();
    await tick();
    expect(answers.map(({ message }) => message)).toEqual(["A"]);
    expect(new ScanStore("db", 2).load()).toHaveLength(0);
    expect(outbox.unsent).toBe(0);
});

test("@lot_serial_trace what a crash has left is sent in order, each under its own uuid", async () => {
    const before = outboxWith(lost);
    const uuids = ["A", "B", "C"].map((code) => scan(before.outbox, code).uuid);
    await tick();
    const { answers, calls, outbox } = outboxWith(good);
    outbox.resume();
    await advanceTime(1);
    expect(answers.map(({ message }) => message)).toEqual(["A", "B", "C"]);
    expect(calls.map(({ uuid }) => uuid)).toEqual(uuids);
    expect(new ScanStore("db", 2).load()).toHaveLength(0);
});

test("@lot_serial_trace what others have scanned here is none of my business", () => {
    scan(outboxWith(lost).outbox, "A");
    expect(new ScanStore("db", 3).load()).toHaveLength(0);
    expect(new ScanStore("other", 2).load()).toHaveLength(0);
});

test("@lot_serial_trace a scan that the server cannot take stays, the next one goes on", async () => {
    let broken = true;
    const { answers, outbox } = outboxWith((kwargs) => {
        if (broken && kwargs.code === "A") {
            throw Object.assign(new RPCError("Boom"), { data: { message: "Disk full" } });
        }
        return good(kwargs);
    });
    const { uuid } = scan(outbox, "A");
    scan(outbox, "B");
    await advanceTime(1);
    expect(answers.map(({ message }) => message)).toEqual(["B"]);
    expect(outbox.find(uuid).state).toBe("failed");
    expect(outbox.find(uuid).error).toBe("Disk full");
    broken = false;
    outbox.resend(uuid);
    await advanceTime(1);
    expect(answers.map(({ message }) => message)).toEqual(["B", "A"]);
    expect(outbox.unsent).toBe(0);
});

test("@lot_serial_trace a request without an answer is given up and sent again", async () => {
    let calls = 0;
    const { answers, outbox } = outboxWith((kwargs) =>
        ++calls === 1 ? new Promise(() => {}) : good(kwargs),
    );
    scan(outbox, "A");
    await tick();
    await advanceTime(PATIENCE + 1);
    expect(outbox.state.connected).toBe(false);
    await advanceTime(RETRY_DELAY + 1);
    expect(answers).toHaveLength(1);
    expect(outbox.state.connected).toBe(true);
});

test("@lot_serial_trace whoever was logged out loses nothing", async () => {
    let expired = true;
    const { answers, outbox } = outboxWith((kwargs) => {
        if (expired) {
            const name = "odoo.http.SessionExpiredException";
            throw Object.assign(new RPCError("Session expired"), { exceptionName: name });
        }
        return good(kwargs);
    });
    scan(outbox, "A");
    await advanceTime(1);
    expect(outbox.state.expired).toBe(true);
    expired = false;
    await advanceTime(RETRY_DELAY + 1);
    expect(answers).toHaveLength(1);
    expect(outbox.state.expired).toBe(false);
});

test("@lot_serial_trace a scan tells the product, place and package of the answer before", async () => {
    const { calls, outbox } = outboxWith(({ code }) => ({
        verdict: "good",
        message: code,
        pending_product_id: code === "A" ? 5 : null,
        location: { id: 8, name: "Shelf" },
        package: null,
    }));
    ["A", "B", "C"].forEach((code) => scan(outbox, code));
    await advanceTime(1);
    expect(calls.map(({ product_id: product }) => product)).toEqual([undefined, 5, null]);
    expect(calls[1].location_id).toBe(8);
    // also after a reload
    expect(new ScanStore("db", 2).context("stock.picking,7").location_id).toBe(8);
});

test("@lot_serial_trace undoing waits for its turn and says which scan", async () => {
    const { calls, outbox } = outboxWith((kwargs) => ({ verdict: "good", message: kwargs.uuid }));
    const { uuid } = scan(outbox, "A");
    outbox.add(RECEIPT, "trace_scan_undo", { uuid });
    await advanceTime(1);
    expect(calls.map(({ call }) => call)).toEqual(["trace_scan", "trace_scan_undo"]);
    expect(calls[1].uuid).toBe(uuid);
});
