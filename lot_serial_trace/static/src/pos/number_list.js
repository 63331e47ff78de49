import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { SelectLotPopup } from "@point_of_sale/app/components/popups/select_lot_popup/select_lot_popup";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { numberFor, readScan } from "./scan_reading";

/**
 * Numbers for a product: the scans that wait, then a dialog in which to scan, choose or type.
 *
 * Whatever road a number takes, it is judged before it is on the order. Without network the
 * numbers are those that the till carries; nothing is taken unseen.
 */
patch(PosStore.prototype, {
    async editLots(product, packLotLinesToEdit) {
        const numbers = await this.traceNumbers(product, { array: packLotLinesToEdit });
        return (
            numbers && {
                modifiedPackLotLines: Object.fromEntries(
                    numbers.filter(({ id }) => id).map(({ id, lot_name }) => [id, lot_name]),
                ),
                newPackLotLines: numbers.filter(({ id }) => !id),
            }
        );
    },

    /**
     * @param {Object} product
     * @param {Object} options
     * @param {Array} [options.array] numbers that the line has, as Odoo hands them over
     * @param {number} [options.wanted] how many numbers are enough
     * @param {boolean} [options.fromScan] the code of the product was scanned: its number comes
     * @returns {Array|null} [{ lot_name, id if it was there, how it was captured }]
     */
    async traceNumbers(product, { array = [], wanted = array.length || 1, fromScan = false }) {
        const lots = await this.traceLotsOf(product);
        if (!lots) {
            return null;
        }
        const only = lots.known.length === 1 && !array.length ? lots.known[0].name : "";
        if (only && !(fromScan && product.tracking === "serial")) {
            const ask = { product, number: only, quantity: 1 };
            const captured = await this.traceJudged(ask, { trace_method: "inferred" });
            return captured && [captured];
        }
        const talk = new NumberTalk(this, product, fromScan);
        const numbers = fromScan ? await talk.waiting(wanted) : [];
        if (numbers.length < wanted) {
            numbers.push(...(await this.traceOpen(talk, lots, array, wanted - numbers.length)));
        }
        talk.close();
        return talk.closed && !numbers.length ? null : numbers;
    },

    /** The dialog; the numbers that it leaves. */
    async traceOpen(talk, { known, mayCreate, used }, array, wanted) {
        const { product } = talk;
        const payload = await makeAwaitable(this.dialog, SelectLotPopup, {
            title: _t("Lot/Serial number(s) required for"),
            name: product.display_name,
            isSingleItem: product.isAllowOnlyOneLot(),
            array,
            options: known,
            customInput: mayCreate,
            uniqueValues: product.tracking === "serial",
            isLotNameUsed: used,
            traceTalk: talk,
            traceWanted: wanted,
        });
        talk.closed = !payload;
        return (payload || []).map(({ id, text }) => ({
            ...(talk.captured.get(text) || { lot_name: text }),
            ...(id ? { id } : {}),
        }));
    },

    /** The numbers of a product that may be chosen, and whether another may be typed. */
    async traceLotsOf(product) {
        const { use_create_lots, use_existing_lots } = this.pickingType;
        const listed = await this.traceListed(product);
        const mayCreate = use_create_lots || !use_existing_lots || !listed;
        if (!mayCreate && !listed.length) {
            this.dialog.add(AlertDialog, {
                title: _t("No existing serial/lot number"),
                body: _t(
                    "There is no serial/lot number for the selected product, and their creation is not allowed from the Point of Sale app.",
                ),
            });
            return null;
        }
        const open = this.traceOpenQuantities(product);
        const left = ({ name, product_qty }) => product_qty - (open[name]?.all || 0);
        const used = (name) => {
            const elsewhere = open[name]?.elsewhere || 0;
            const lot = listed?.find((one) => one.name === name);
            return elsewhere > 0 && elsewhere >= (lot?.product_qty || 0);
        };
        return { known: (listed || []).filter((lot) => left(lot) > 0), mayCreate, used };
    },

    /** Lots of the shop as { id, name, product_qty }; null if there is no way to know. */
    async traceListed(product) {
        if (this.traceBook?.ready) {
            return this.traceBookLots(product);
        }
        try {
            const place = [this.company.id, this.config.id, product.id];
            return await this.data.call("pos.order.line", "get_existing_lots", place);
        } catch (error) {
            console.warn("The numbers of the shop could not be asked for", error);
            this.traceSay("warn", _t("Numbers cannot be checked now: they are checked later."));
            return null;
        }
    },

    /** The book's lots less what this till sold of them since the book was heard. */
    traceBookLots(product) {
        return this.traceBook.of(product.id).map((lot) => {
            const uses = this.traceBook.sales.uses(product.id, lot.name);
            const sold = uses.reduce((sum, { quantity }) => sum + quantity, 0);
            return { ...lot, product_qty: lot.quantity - sold };
        });
    },

    /** What open orders of this till have of each number. */
    traceOpenQuantities(product) {
        const open = {};
        for (const { lot_name, pos_order_line_id: line } of this.models[
            "pos.pack.operation.lot"
        ].getAll()) {
            if (line?.product_id?.id === product.id && line.order_id?.state === "draft") {
                const pieces = product.tracking === "serial" ? Math.sign(line.qty) : line.qty;
                const counts = (open[lot_name] ||= { all: 0, elsewhere: 0 });
                counts.all += pieces;
                counts.elsewhere += line.order_id.id === this.selectedOrder?.id ? 0 : pieces;
            }
        }
        return open;
    },
});

/** What is said to and fro while numbers of one product are wanted. */
export class NumberTalk {
    constructor(pos, product, fromScan = false) {
        this.pos = pos;
        this.product = product;
        this.fromScan = fromScan;
        this.captured = new Map();
        this.later = [];
        this.closed = false;
    }

    get reader() {
        return this.pos.barcodeReader;
    }

    /** Numbers of the scans that wait already, at most as many as are wanted. */
    async waiting(wanted) {
        const numbers = [];
        while (this.reader && numbers.length < wanted) {
            await this.reader.traceQuiet();
            const scan = this.reader.traceNext();
            if (!scan) {
                break;
            }
            const captured = await this.scanned(scan);
            if (captured) {
                numbers.push(captured);
            }
        }
        return numbers;
    }

    /** The number that a scan is for this product, judged; null if it is none or may not go. */
    async scanned(scan) {
        const reading = readScan(scan.raw);
        const code = reading.marked ? reading.gtin : reading.text;
        const found = code && this.pos.traceProductHere(code);
        const number = found && !reading.marked ? "" : numberFor(this.product, reading);
        if (found && found.product.id !== this.product.id) {
            return this.putOff(scan, found.product);
        }
        if (!number) {
            this.pos.traceSay("warn", this.wantedText);
            return null;
        }
        const captured = { trace_method: scan.method, trace_raw: scan.raw, trace_at: scan.at };
        return await this.judged(number, captured, reading);
    }

    async typed(number, isChosen) {
        return await this.judged(number, { trace_method: isChosen ? "chosen" : "typed" });
    }

    async judged(number, captured, reading = null) {
        if (this.product.tracking === "serial" && this.captured.has(number)) {
            this.pos.traceSay("warn", _t("%s is in the list already", number));
            return null;
        }
        const ask = { product: this.product, number, quantity: 1, reading };
        const kept = await this.pos.traceJudged(ask, captured);
        if (kept) {
            this.captured.set(number, kept);
        }
        return kept;
    }

    get wantedText() {
        const product = this.product.display_name;
        return this.product.tracking === "serial"
            ? _t("That is the code of %s: scan its serial number", product)
            : _t("That is the code of %s: scan its lot number", product);
    }

    /** The code of another product comes on the order when the number of this one is there. */
    putOff(scan, other) {
        this.later.push(scan);
        this.pos.traceSay(
            "warn",
            _t("First the number of %(product)s. %(other)s comes after it.", {
                product: this.product.display_name,
                other: other.display_name,
            }),
        );
        return null;
    }

    close() {
        this.later.splice(0).forEach(({ raw, method }) => this.reader.scan(raw, method));
    }
}
