import { expect, test } from "@odoo/hoot";
import { OUT_OF_SIGHT, Sight } from "@lot_serial_trace/scan/camera_pane";
import { asScanned } from "@lot_serial_trace/scan/detector";
import { TransferModel } from "@lot_serial_trace/scan/transfer_model";

const product = (id, captured = 0, wanted = 2) => ({ id, name: `P${id}`, captured, wanted });
const entry = (uuid, method = "trace_scan") => ({ uuid, method, values: { code: uuid }, at: "" });

function modelOf(products, more = {}) {
    const progress = { wanted: 4, captured: 0, advised: null, advised_captured: 0, unexpected: 0 };
    return new TransferModel({
        id: 1,
        name: "WH/IN/1",
        progress,
        products,
        product_count: products.length,
        scans: [],
        ...more,
    });
}

test("@lot_serial_trace an answer changes the products it names, and no others", () => {
    const untouched = product(2);
    const model = modelOf([product(1), untouched]);
    const changed = [product(1, 1)];
    const progress = { wanted: 4, captured: 1 };
    model.apply(entry("a"), { verdict: "good", product_id: 1, changed, progress, undo: true });
    expect(model.products[0].captured).toBe(1);
    expect(model.products[1]).toBe(untouched);
    expect(model.progress.captured).toBe(1);
    expect(model.scans[0].uuid).toBe("a");
});

test("@lot_serial_trace unfinished products first, the latest on top", () => {
    const model = modelOf([product(1), product(2, 2), product(3)]);
    expect(model.rows.map(({ id }) => id)).toEqual([1, 3, 2]);
    model.apply(entry("a"), { verdict: "good", product_id: 3, changed: [product(3, 2)] });
    expect(model.rows.map(({ id }) => id)).toEqual([3, 1, 2]);
    model.apply(entry("b"), { verdict: "good", product_id: 1, changed: [product(1, 1)] });
    expect(model.rows.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test("@lot_serial_trace a product on no page yet comes with its scan, once", () => {
    const model = modelOf([product(1)], { product_count: 3 });
    model.apply(entry("a"), { verdict: "good", product_id: 3, changed: [product(3, 1)] });
    expect(model.rows.map(({ id }) => id)).toEqual([3, 1]);
    expect(model.hasMore).toBe(true);
    model.addPage({ rows: [product(2), product(3)], count: 3 });
    expect(model.products.map(({ id }) => id)).toEqual([1, 3, 2]);
    expect(model.products[1].captured).toBe(1);
    expect(model.hasMore).toBe(false);
});

test("@lot_serial_trace the last scan that did something can be undone, once", () => {
    const model = modelOf([product(1)]);
    model.apply(entry("a"), { verdict: "good", undo: true });
    model.apply(entry("b"), { verdict: "warn", undo: true });
    model.apply(entry("c"), { verdict: "stop", undo: false });
    model.apply(entry("d"), { verdict: "good", undo: false });
    expect(model.undoable.uuid).toBe("b");
    const undo = { ...entry("x", "trace_scan_undo"), values: { uuid: "b" } };
    model.apply(undo, { verdict: "good" });
    expect(model.undoable.uuid).toBe("a");
    expect(model.scans).toHaveLength(4);
});

test("@lot_serial_trace the place stays until an answer tells another", () => {
    const model = modelOf([product(1)]);
    model.apply(entry("a"), { verdict: "good", location: { id: 8, name: "Shelf" } });
    model.apply(entry("b"), { verdict: "good" });
    expect(model.location.name).toBe("Shelf");
    model.apply(entry("c"), { verdict: "good", location: null });
    expect(model.location).toBe(null);
});

test("@lot_serial_trace a code in sight of the camera counts once", () => {
    const sight = new Sight();
    expect(sight.isNew("A", 0)).toBe(true);
    expect(sight.isNew("A", 1500)).toBe(false);
    expect(sight.isNew("B", 1600)).toBe(true);
    // still in sight
    expect(sight.isNew("A", 3000)).toBe(false);
    expect(sight.isNew("A", 3001 + OUT_OF_SIGHT)).toBe(true);
});

test("@lot_serial_trace the camera tells a GS1 code as a scanner would", () => {
    expect(asScanned({ rawValue: "\x1d10A", format: "data_matrix" })).toBe("]d210A");
    expect(asScanned({ rawValue: "\x1d10A", format: "qr_code" })).toBe("]Q310A");
    expect(asScanned({ rawValue: "]C110A", format: "code_128" })).toBe("]C110A");
    expect(asScanned({ rawValue: "10A", format: "data_matrix" })).toBe("10A");
});
