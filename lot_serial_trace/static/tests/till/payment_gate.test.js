import { expect, test } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { numbersOf } from "@lot_serial_trace/pos/payment_gate";

definePosModels();

const HELD = { code: "on_hold", severity: "block", text: "SN1 is on hold", remedy: "" };

/** A till with a serial number on its order; `asked` counts how often somebody is asked. */
async function till() {
    const store = await setupPosEnv();
    const product = store.models["product.template"].get(5);
    product.tracking = "serial";
    product.product_variant_ids[0].tracking = "serial";
    const order = store.addNewOrder();
    store.models["pos.order.line"].create({
        order_id: order,
        product_id: product.product_variant_ids[0],
        qty: 1,
        pack_lot_ids: [["create", { lot_name: "SN1" }]],
    });
    const one = { store, order, asked: 0, isAnswered: true };
    patchWithCleanup(store, {
        traceAsk: async (_order, numbers) => {
            one.asked++;
            return numbers.map(() => ({ severity: "off", findings: [], asked: one.isAnswered }));
        },
        traceGateAsk: async () => false,
    });
    return one;
}

test("@lot_serial_trace an answer about the same order stays good for a moment", async () => {
    const one = await till();
    expect([await one.store.traceGate(one.order), await one.store.traceGate(one.order)]).toEqual([
        true,
        true,
    ]);
    expect(one.asked).toBe(1);
});

test("@lot_serial_trace another customer may want goods that last longer", async () => {
    const one = await till();
    await one.store.traceGate(one.order);
    one.order.partner_id = one.store.models["res.partner"].getFirst();
    await one.store.traceGate(one.order);
    expect(one.asked).toBe(2);
});

test("@lot_serial_trace a hold that comes on the way to payment is not paid past", async () => {
    const one = await till();
    await one.store.traceGate(one.order);
    const [ask] = numbersOf(one.order);
    one.store.selectedOrderUuid = one.order.uuid;
    one.store.traceWarnOfOrder(one.order, [{ ask, findings: [HELD] }]);
    await one.store.traceGate(one.order);
    expect(one.asked).toBe(2);
});

test("@lot_serial_trace what only the till has said is asked again when the server is back", async () => {
    const one = await till();
    one.isAnswered = false;
    one.store.data.network.offline = true;
    await one.store.traceGate(one.order);
    await one.store.traceGate(one.order);
    expect(one.asked).toBe(1);
    Object.assign(one, { isAnswered: true });
    one.store.data.network.offline = false;
    await one.store.traceGate(one.order);
    await one.store.traceGate(one.order);
    expect(one.asked).toBe(2);
});
