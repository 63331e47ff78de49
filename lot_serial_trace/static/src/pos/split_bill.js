import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { CAPTURED } from "./number_line";

/** The restaurant's screen, which a shop need not have, is patched once. */
const patched = new WeakSet();

/** Lines with numbers, and the numbers that they have. */
export function numbersBefore(lines) {
    return lines
        .filter((line) => line.pack_lot_ids.length)
        .map((line) => ({ line, packs: [...line.pack_lot_ids] }));
}

/**
 * Odoo gives the new line all numbers of the one that is split: those of the pieces that stay go
 * back; a lot is on both lines.
 */
export function shareOut(before) {
    for (const { line, packs } of before) {
        const taker = packs[0].pos_order_line_id;
        if (!taker || taker === line || !line.order_id || line.qty <= 0) {
            continue;
        }
        if (line.product_id.tracking === "serial") {
            packs.slice(taker.qty).forEach((pack) => (pack.pos_order_line_id = line));
        } else {
            packs.forEach((pack) => line.traceAddNumber(pack.lot_name, capturedOf(pack)));
        }
    }
}

function capturedOf(pack) {
    return Object.fromEntries(CAPTURED.map((name) => [name, pack[name]]));
}

const SPLIT = {
    async createSplittedOrder() {
        this.traceBefore = numbersBefore(this.currentOrder.lines);
        return await super.createSplittedOrder(...arguments);
    },

    /** Called when the lines are split and not sent yet. */
    async handleDiscountLines() {
        shareOut(this.traceBefore || []);
        return await super.handleDiscountLines(...arguments);
    },
};

/** A bill that is split: each part has as many numbers as pieces. */
patch(PosStore.prototype, {
    async setup() {
        const screen = registry.category("pos_pages").get("SplitBillScreen", null)?.component;
        if (screen && !patched.has(screen)) {
            patched.add(screen);
            patch(screen.prototype, SPLIT);
        }
        await super.setup(...arguments);
    },
});
