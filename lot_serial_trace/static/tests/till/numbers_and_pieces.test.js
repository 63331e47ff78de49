import { describe, expect, test } from "@odoo/hoot";
import { mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { SelectLotPopup } from "@point_of_sale/app/components/popups/select_lot_popup/select_lot_popup";
import { MissingDialog } from "@lot_serial_trace/pos/missing_dialog";
import { markGuesses } from "@lot_serial_trace/pos/return_guess";
import { numbersBefore, shareOut } from "@lot_serial_trace/pos/split_bill";

definePosModels();

/** A till with an order that has one line of a product with numbers. */
async function sale(tracking, qty, ...numbers) {
    const store = await setupPosEnv();
    const product = store.models["product.template"].get(5);
    product.tracking = tracking;
    product.product_variant_ids[0].tracking = tracking;
    const order = store.addNewOrder();
    const line = lineOf(store, order, qty, numbers);
    return { store, order, line };
}

function lineOf(store, order, qty, numbers, values = {}) {
    return store.models["pos.order.line"].create({
        order_id: order,
        product_id: store.models["product.template"].get(5).product_variant_ids[0],
        qty,
        pack_lot_ids: numbers.map((number) => ["create", { lot_name: number }]),
        ...values,
    });
}

const namesOf = (line) => line.pack_lot_ids.map((pack) => pack.lot_name);

describe("as many numbers as pieces", () => {
    test("@lot_serial_trace half a unit has no serial number, half a lot has one", async () => {
        const { line } = await sale("serial", 1, "SN1");
        expect(line.setQuantity("0.5").title).not.toBe(undefined);
        expect([line.qty, line.setQuantity("2"), line.qty]).toEqual([1, true, 2]);
        line.product_id.tracking = "lot";
        expect(line.setQuantity(0.5)).toBe(true);
    });

    test("@lot_serial_trace nobody goes on with a number too many", async () => {
        const { store, order, line } = await sale("serial", 1, "SN1", "SN2");
        const props = { getPayload: () => {}, close: () => {} };
        const many = await mountWithCleanup(MissingDialog, { props: { ...props, lines: [line] } });
        expect(many.mayGoOn).toBe(false);
        const short = lineOf(store, order, 2, ["SN3"]);
        const few = await mountWithCleanup(MissingDialog, { props: { ...props, lines: [short] } });
        expect(few.mayGoOn).toBe(true);
    });

    test("@lot_serial_trace what was typed before a scan is no part of the next quantity", async () => {
        const { store, line } = await sale("serial", 2, "SN1");
        let resets = 0;
        patchWithCleanup(store.numberBuffer, { reset: () => resets++ });
        const captured = { lot_name: "SN2", trace_method: "scanned" };
        await store.tracePut({ product: line.product_id, quantity: 1, line, captured });
        expect([namesOf(line), resets]).toEqual([["SN1", "SN2"], 1]);
    });

    test("@lot_serial_trace a lot scanned on an order of returns comes back", async () => {
        const { store, order, line } = await sale("lot", 1, "L1");
        const product = line.product_id;
        line.delete();
        order.preset_id = store.models["pos.preset"].create({ name: "Back", is_return: true });
        const back = await store.traceAddNew(product, 3, { lot_name: "L1" });
        expect([back.qty, namesOf(back)]).toEqual([-3, ["L1"]]);
    });

    test("@lot_serial_trace numbers are offered in whatever case they are typed", () => {
        const popup = { props: { traceTalk: {}, options: [{ name: "LAMP-1" }, { name: "b2" }] } };
        const spelled = (typed) => SelectLotPopup.prototype.traceSpelled.call(popup, typed);
        expect(["lamp", "B2", "LAMP-1", "x", ""].map(spelled)).toEqual([
            "LAMP",
            "b2",
            "LAMP-1",
            "x",
            "",
        ]);
    });
});

describe("what is split", () => {
    /** Splits one piece off, as the screen of the restaurant does it (a shop need not have it). */
    async function split(tracking, ...numbers) {
        const { store, line } = await sale(tracking, 3, ...numbers);
        const before = numbersBefore(line.order_id.lines);
        const data = { ...line.raw };
        delete data.id;
        delete data.uuid;
        const part = store.models["pos.order.line"].create({
            ...data,
            qty: 1,
            order_id: store.addNewOrder().id,
        });
        line.update({ qty: 2 });
        shareOut(before);
        return [line, part];
    }

    test("@lot_serial_trace numbers go with the pieces", async () => {
        const parts = await split("serial", "SN1", "SN2", "SN3");
        expect(parts.map(namesOf)).toEqual([["SN2", "SN3"], ["SN1"]]);
        expect(parts.map((line) => line.traceMissing)).toEqual([0, 0]);
    });

    test("@lot_serial_trace a lot is on both parts", async () => {
        const parts = await split("lot", "L1");
        expect(parts.map(namesOf)).toEqual([["L1"], ["L1"]]);
    });
});

describe("what comes back", () => {
    test("@lot_serial_trace the first number of several is a guess, the last one left is none", async () => {
        const { store, line: sold } = await sale("serial", 2, "SN1", "SN2");
        const back = (number) =>
            lineOf(store, store.addNewOrder(), -1, [number], { refunded_orderline_id: sold });
        const first = back("SN1");
        expect(markGuesses(first).map((pack) => pack.lot_name)).toEqual(["SN1"]);
        expect(first.pack_lot_ids[0].trace_method).toBe("inferred");
        expect(String(first.traceUnseenText)).toMatch("SN1");
        first.order_id.state = "paid";
        expect(markGuesses(back("SN2"))).toEqual([]);
    });

    test("@lot_serial_trace all of them are no guess", async () => {
        const { store, line: sold } = await sale("serial", 2, "SN1", "SN2");
        const values = { refunded_orderline_id: sold };
        const back = lineOf(store, store.addNewOrder(), -2, ["SN1", "SN2"], values);
        expect(markGuesses(back)).toEqual([]);
    });

    test("@lot_serial_trace a unit is taken back where no order is open", async () => {
        const { store, line } = await sale("serial", 1, "SN1");
        store.selectedOrderUuid = null;
        patchWithCleanup(store, { traceShowReturn: () => {} });
        const unit = { product_id: line.product_id.id, number: "SN9" };
        const told = { quantity: 1, condition: "good", note: "", method: "scanned", raw: "SN9" };
        const order = await store.traceTakeBack(unit, told);
        expect([order.lines[0].qty, namesOf(order.lines[0])]).toEqual([-1, ["SN9"]]);
    });
});
