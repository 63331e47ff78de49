import { beforeEach, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import {
    clearRegistry,
    contains,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { Sounds } from "@lot_serial_trace/scan/sounds";
import { TransferScreen } from "@lot_serial_trace/scan/transfer_screen";
import { CodesScreen } from "@lot_serial_trace/scan/codes_screen";

const BAND = ".o_trace_scan_band";

const OPEN = {
    id: 7,
    name: "WH/IN/00007",
    step: "incoming",
    state: "assigned",
    partner: "Supplier",
    source: "Vendors",
    destination: "WH/Stock",
    asn: ["ASN-1"],
    progress: { wanted: 2, captured: 0, advised: 40, advised_captured: 37, unexpected: 1 },
    products: [
        {
            id: 1,
            name: "Device",
            code: "D",
            tracking: "serial",
            uom: "Units",
            wanted: 2,
            captured: 0,
        },
    ],
    product_count: 1,
    scans: [],
    typed_needs_reason: true,
    locations_needed: false,
    can_accept: true,
    can_finish: true,
};

const answerTo = (code, more = {}) => ({
    verdict: "good",
    message: `Device ${code}`,
    product: "Device",
    product_id: 1,
    number: code,
    quantity: 1,
    undo: true,
    changed: [{ ...OPEN.products[0], captured: 1 }],
    progress: { ...OPEN.progress, captured: 1 },
    ...more,
});

/** Starts what the screens need: other apps have services here that want a server. */
function onlyOurServices() {
    const services = registry.category("services");
    const known = Object.fromEntries(services.getEntries());
    const needed = new Set();
    const need = (name) => {
        if (name in known && !needed.has(name)) {
            needed.add(name);
            (known[name].dependencies || []).forEach(need);
        }
    };
    ["action", "barcode", "barcode_handlers", "dialog", "hotkey", "orm", "overlay", "ui"].forEach(
        need,
    );
    need("trace_scan_outbox");
    clearRegistry(services);
    needed.forEach((name) => services.add(name, known[name]));
}

beforeEach(() => {
    onlyOurServices();
    patchWithCleanup(Sounds.prototype, { play() {} });
    browser.localStorage.clear();
    onRpc("stock.picking", "trace_scan_open", () => ({ ...OPEN, scans: [] }));
});

const open = () =>
    mountWithCleanup(TransferScreen, { props: { action: { context: {} }, resId: 7 } });

/** A scanner: the text appears in the field that has the focus. */
async function scan(code) {
    document.activeElement.value = code;
    await press("Enter");
    await animationFrame();
}

test("@lot_serial_trace the field has the focus, and the screen says what is left", async () => {
    await open();
    expect(".o_trace_scan_input").toBeFocused();
    expect(queryText(BAND)).toMatch(/Scan what has arrived/);
    expect(queryText(".o_trace_scan_count")).toMatch(/0 \/ 2\s+2 left/);
    expect(queryText(".o_trace_scan_advised")).toMatch(/Expected 40, 37 scanned, 1 unexpected/);
});

test("@lot_serial_trace an answer changes band, progress, product and last scans", async () => {
    onRpc("stock.picking", "trace_scan", ({ kwargs }) => answerTo(kwargs.code));
    await open();
    await scan("SN-1");
    expect(BAND).toHaveAttribute("data-verdict", "good");
    expect(queryText(BAND)).toMatch(/Device SN-1/);
    expect(queryText(".o_trace_scan_count")).toMatch(/1 \/ 2/);
    expect(queryText(".o_trace_scan_product .o_amount")).toMatch(/1 \/ 2/);
    expect(queryAllTexts(".o_scans li b")).toEqual(["SN-1"]);
});

test("@lot_serial_trace without a network the scans wait in sight", async () => {
    const screen = await open();
    screen.outbox.call = () => Promise.reject(new ConnectionLostError("/"));
    await scan("SN-1");
    await scan("SN-2");
    expect(queryText(".o_trace_scan_strip")).toMatch(/Waiting: 2, offline/);
    expect(queryAllTexts(".o_scans .o_waiting b")).toEqual(["SN-2", "SN-1"]);
    expect(".o_finish").toBeEnabled();
    await press("F10");
    await animationFrame();
    expect(queryText(".o_finish")).toMatch(/Finishing/);
});

test("@lot_serial_trace finish waits for the scans that are on their way", async () => {
    const sent = Promise.withResolvers();
    onRpc("stock.picking", "trace_scan", async ({ kwargs }) => {
        await sent.promise;
        return answerTo(kwargs.code);
    });
    onRpc("stock.picking", "trace_scan_finish", () => {
        expect.step("finish");
        return { done: true, message: "It is done.", backorder: null };
    });
    await open();
    await scan("SN-1");
    await press("F10");
    await animationFrame();
    expect.verifySteps([]);
    sent.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["finish"]);
    expect(queryText(BAND)).toMatch(/It is done/);
});

test("@lot_serial_trace a scan the server cannot take is shown until somebody decides", async () => {
    let broken = true;
    onRpc("stock.picking", "trace_scan", ({ kwargs }) => {
        if (broken) {
            throw Object.assign(new Error(), { data: { message: "Disk full" } });
        }
        return answerTo(kwargs.code);
    });
    await open();
    await scan("SN-1");
    expect(BAND).toHaveAttribute("data-verdict", "stop");
    expect(queryText(".o_failed")).toMatch(/SN-1 was not taken/);
    broken = false;
    await contains(".o_resend").click();
    expect(".o_failed").toHaveCount(0);
    expect(BAND).toHaveAttribute("data-verdict", "good");
});

test("@lot_serial_trace undo by key takes the last scan back", async () => {
    const undone = [];
    onRpc("stock.picking", "trace_scan", ({ kwargs }) => answerTo(kwargs.code));
    onRpc("stock.picking", "trace_scan_undo", ({ kwargs }) => {
        undone.push(kwargs.uuid);
        return answerTo("", { message: "Taken back", undo: false, changed: OPEN.products });
    });
    await open();
    expect(".o_undo").not.toBeEnabled();
    await scan("SN-1");
    await press("F4");
    await animationFrame();
    expect(undone).toHaveLength(1);
    expect(queryText(".o_scans li")).toMatch(/taken back/);
    expect(".o_undo").not.toBeEnabled();
});

test("@lot_serial_trace a typed number needs its reason where the policy says so", async () => {
    const sent = [];
    onRpc("stock.picking", "trace_scan", ({ kwargs }) => {
        sent.push([kwargs.code, kwargs.method, kwargs.reason]);
        return answerTo(kwargs.code);
    });
    await open();
    await press("F2");
    await animationFrame();
    await contains("#o_trace_typed_code").edit("SN-9");
    await contains(".modal-footer .btn-primary").click();
    expect(queryText(".modal .text-danger")).toMatch(/Say why/);
    await contains(".o_trace_scan_choices .btn:first").click();
    await contains(".modal-footer .btn-primary").click();
    expect(".modal").toHaveCount(0);
    expect(sent).toEqual([["SN-9", "typed", "Label is damaged"]]);
    expect(".o_trace_scan_input").toBeFocused();
});

test("@lot_serial_trace answers of another transfer stay out of sight", async () => {
    const gate = new Deferred();
    onRpc("stock.picking", "trace_scan", async ({ kwargs }) => {
        await gate;
        return answerTo(kwargs.code);
    });
    const screen = await open();
    screen.outbox.add({ model: "stock.picking", id: 8, name: "Other" }, "trace_scan", {
        code: "X",
    });
    gate.resolve();
    await animationFrame();
    await animationFrame();
    expect(queryText(".o_trace_scan_count")).toMatch(/0 \/ 2/);
});

test("@lot_serial_trace printed commands can be seen", async () => {
    onRpc("trace.scan", "trace_home", () => [
        { picking_type_id: 3, step: "incoming", title: "Receipts", warehouse: "WH", ready: 1 },
    ]);
    await mountWithCleanup(CodesScreen, { props: { action: { context: {} } } });
    expect(".o_trace_scan_codes img[alt=OBTUNDO]").toHaveCount(1);
    expect(".o_trace_scan_codes img[alt=OBTPT3]").toHaveCount(1);
});
