import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { Orderline } from "@point_of_sale/app/components/orderline/orderline";
import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";

/** How a number was captured: kept on the number, from the till to the ledger. */
export const CAPTURED = [
    "trace_method",
    "trace_raw",
    "trace_at",
    "trace_said",
    "trace_pass_by",
    "trace_pass_reason",
];

/** Writes down how a number was captured. */
export function note(pack, captured) {
    for (const name of CAPTURED) {
        if (name in captured) {
            pack[name] = captured[name];
        }
    }
}

/** Whether a quantity, as a number or as it is typed, is no whole number. */
function isPart(quantity) {
    const pieces = parseFloat(quantity || 0);
    return Math.abs(pieces - Math.round(pieces)) > 1e-6;
}

/** As many numbers as pieces: a line knows how many it lacks. */
patch(PosOrderline.prototype, {
    /** Whether goods of this line leave with a number each (serial) or one for all (lot). */
    get traceWantsNumbers() {
        return (
            this.product_id.product_tmpl_id.isTracked() &&
            !this.refunded_orderline_id &&
            this.qty > 0
        );
    },

    /** Numbers that are missing; negative where there are too many. */
    get traceMissing() {
        if (!this.traceWantsNumbers) {
            return 0;
        }
        const given = this.getValidLots().length;
        if (this.product_id.tracking === "lot") {
            return given ? 0 : 1;
        }
        return Math.ceil(this.qty) - given;
    },

    /** What is wrong with the count, in words. */
    get traceMissingText() {
        const missing = this.traceMissing;
        if (this.product_id.tracking === "lot") {
            return missing ? _t("Lot missing: scan or choose it") : "";
        }
        if (missing < 0) {
            return _t("Serial numbers too many: %s. Take them off.", -missing);
        }
        return missing ? _t("Serial numbers missing: %s. Scan or choose.", missing) : "";
    },

    /** Odoo takes the only number of the shop by itself: nobody has looked at the unit. */
    get traceUnseenText() {
        const unseen = this.pack_lot_ids.filter((pack) => pack.trace_method === "inferred");
        if (!unseen.length || !(this.traceWantsNumbers || this.refunded_orderline_id)) {
            return "";
        }
        return this.refunded_orderline_id
            ? _t("Not scanned: compare %s with the unit that comes back", namesOf(unseen))
            : _t("%s was not scanned: it is the only one here", unseen[0].lot_name);
    },

    /** Half a unit has no serial number. */
    setQuantity(quantity) {
        const isSerial = this.product_id.tracking === "serial";
        if (isSerial && this.product_id.product_tmpl_id.isTracked() && isPart(quantity)) {
            return {
                title: _t("Whole pieces only"),
                body: _t(
                    "Each piece of %s has a serial number of its own: enter a whole number.",
                    this.product_id.display_name,
                ),
            };
        }
        return super.setQuantity(...arguments);
    },

    hasValidProductLot() {
        const isEnough = !this.traceMissing || Boolean(this.order_id.uiState?.traceWithout);
        return super.hasValidProductLot() && isEnough;
    },

    /** Adds a number to the line; the quantity stays. */
    traceAddNumber(number, captured = {}) {
        const pack = this.models["pos.pack.operation.lot"].create({
            lot_name: number,
            pos_order_line_id: this,
        });
        note(pack, captured);
        return pack;
    },

    setPackLotLines({ newPackLotLines }) {
        super.setPackLotLines(...arguments);
        for (const captured of newPackLotLines || []) {
            const pack = this.pack_lot_ids.find(
                (one) => one.lot_name === captured.lot_name && !one.trace_method,
            );
            if (pack) {
                note(pack, captured);
            }
        }
    },
});

function namesOf(packs) {
    return packs.map((pack) => pack.lot_name).join(", ");
}

patch(Orderline.prototype, {
    get lineScreenValues() {
        const values = super.lineScreenValues;
        if (values.isDisplay) {
            values.traceMissing = this.line.traceMissingText;
            values.traceUnseen = this.line.traceUnseenText;
        }
        return values;
    },
});
