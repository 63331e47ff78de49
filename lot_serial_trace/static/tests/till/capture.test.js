/* global Sha1 */
import { describe, expect, test } from "@odoo/hoot";
import { Deferred } from "@odoo/hoot-mock";
import { BarcodeReader } from "@point_of_sale/app/services/barcode_reader_service";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { PassDialog } from "@lot_serial_trace/pos/pass_dialog";
import { numberFor, quantityOf, readScan } from "@lot_serial_trace/pos/scan_reading";
import { spellings } from "@lot_serial_trace/pos/scan_products";

definePosModels();

const GS = "\x1d";
const SERIAL = { tracking: "serial" };
const LOT = { tracking: "lot" };

/** A reader whose codes go to `trace`, and to nobody else. */
function reader(trace) {
    const parser = { parse_barcode: (code) => ({ type: "product", code }) };
    const notification = { add: () => {} };
    const one = new BarcodeReader(parser, { notification });
    one.register({ trace, product: () => {} }, false);
    return one;
}

describe("what a scan says", () => {
    test("@lot_serial_trace lot and serial number in one code, each for its product", () => {
        const reading = readScan(`]d201040063813339311727123110L7${GS}21SN1`);
        expect([numberFor(SERIAL, reading), numberFor(LOT, reading)]).toEqual(["SN1", "L7"]);
        expect(reading.expiry).toBe("2027-12-31");
    });

    test("@lot_serial_trace a plain code is the number itself", () => {
        const reading = readScan(" SN-1 ");
        expect([reading.marked, numberFor(SERIAL, reading)]).toEqual([false, "SN-1"]);
    });

    test("@lot_serial_trace a broken code is told as such, not taken for a number of GS1", () => {
        const reading = readScan("]d2010400638133393921X");
        expect([reading.marked, Boolean(reading.problem)]).toEqual([false, true]);
    });

    test("@lot_serial_trace weight counts in the unit of the product", () => {
        const reading = readScan("0104006381333931" + "3103001250" + "10L7");
        expect(quantityOf(reading, { name: "kg" })).toBe(1.25);
        expect(quantityOf(reading, { name: "Units" })).toBe(null);
    });

    test("@lot_serial_trace a GTIN is the same with and without zeros in front", () => {
        expect(spellings("04006381333931")).toEqual(["04006381333931", "4006381333931"]);
        expect(spellings("4006381333931")).toEqual(["4006381333931", "04006381333931"]);
        expect(spellings("SN-1")).toEqual(["SN-1"]);
    });
});

describe("one scan after the other", () => {
    test("@lot_serial_trace scans wait for each other and keep their order", async () => {
        const first = new Deferred();
        const seen = [];
        const one = reader(async ({ raw }) => {
            await (raw === "A" && first);
            seen.push(raw);
            return true;
        });
        const all = Promise.all(["A", "B", "C"].map((code) => one.scan(code)));
        expect(seen).toEqual([]);
        first.resolve();
        await all;
        expect(seen).toEqual(["A", "B", "C"]);
    });

    test("@lot_serial_trace a scan that fails does not hold up the others", async () => {
        const seen = [];
        const one = reader(({ raw }) => {
            if (raw === "A") {
                throw new RangeError("A");
            }
            return seen.push(raw);
        });
        const failed = one.scan("A").catch(({ message }) => seen.push(`failed ${message}`));
        await Promise.all([failed, one.scan("B")]);
        expect(seen.sort()).toEqual(["B", "failed A"]);
    });

    test("@lot_serial_trace what wants numbers takes scans, also those that wait", async () => {
        const taken = [];
        const one = reader(async ({ raw }) => {
            if (raw === "EAN") {
                taken.push(one.traceNext().raw);
            } else {
                taken.push(`order ${raw}`);
            }
            return true;
        });
        await Promise.all([one.scan("EAN"), one.scan("SN1"), one.scan("SN2")]);
        expect(taken).toEqual(["SN1", "order SN2"]);
        const end = one.traceTake(({ raw, method }) => taken.push(`${method} ${raw}`));
        await one.scan("SN3", "camera");
        end();
        await one.scan("SN4");
        expect(taken.slice(2)).toEqual(["camera SN3", "order SN4"]);
    });
});

describe("as many numbers as pieces", () => {
    async function line(tracking, qty, ...numbers) {
        const store = await setupPosEnv();
        const product = store.models["product.template"].get(5);
        product.tracking = tracking;
        product.product_variant_ids[0].tracking = tracking;
        const order = store.addNewOrder();
        return store.models["pos.order.line"].create({
            order_id: order,
            product_id: product.product_variant_ids[0],
            qty,
            pack_lot_ids: numbers.map((number) => ["create", { lot_name: number }]),
        });
    }

    test("@lot_serial_trace a serial number for each piece", async () => {
        const one = await line("serial", 3, "SN1");
        expect([one.traceMissing, one.hasValidProductLot()]).toEqual([2, false]);
        one.traceAddNumber("SN2");
        one.traceAddNumber("SN3", { trace_method: "scanned" });
        expect([one.traceMissing, one.hasValidProductLot()]).toEqual([0, true]);
        one.setQuantity(2);
        expect([one.traceMissing, one.hasValidProductLot()]).toEqual([-1, false]);
    });

    test("@lot_serial_trace one lot for all pieces", async () => {
        const one = await line("lot", 3);
        expect(one.traceMissing).toBe(1);
        one.traceAddNumber("L1");
        expect([one.traceMissing, one.hasValidProductLot()]).toEqual([0, true]);
    });

    test("@lot_serial_trace what comes back wants none", async () => {
        const one = await line("serial", -1);
        expect(one.traceMissing).toBe(0);
    });
});

describe("let pass", () => {
    async function dialog(props) {
        await setupPosEnv();
        const answers = [];
        const getPayload = (answer) => answers.push(answer);
        const one = await mountWithCleanup(PassDialog, {
            props: { number: "SN1", product: "Lamp", getPayload, close: () => {}, ...props },
        });
        return { one, answers };
    }

    test("@lot_serial_trace a manager's PIN and a reason, neither of them alone", async () => {
        const managers = [
            { id: 1, name: "Mia", pin: Sha1.hash("1234") },
            { id: 2, name: "Max", pin: Sha1.hash("9999") },
        ];
        const { one, answers } = await dialog({ managers, cashier: "" });
        Object.assign(one.state, { reason: "Looked at", pin: "9999" });
        one.submit();
        expect(one.state.wrong).not.toBe("");
        Object.assign(one.state, { reason: " ", pin: "1234" });
        one.submit();
        expect(answers).toEqual([]);
        one.choose("Looked at");
        one.submit();
        expect(answers).toEqual([{ by: "Mia", reason: "Looked at" }]);
    });

    test("@lot_serial_trace who has the right at the till needs no PIN", async () => {
        const { one, answers } = await dialog({ managers: [], cashier: "Quinn" });
        one.choose("Looked at");
        one.submit();
        expect(answers).toEqual([{ by: "Quinn", reason: "Looked at" }]);
    });
});
