import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { SelectionPopup } from "@point_of_sale/app/components/popups/selection_popup/selection_popup";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { dayOf, sentence, severityOf, verdict as verdictOf } from "./judge";
import { numberFor, quantityOf, readScan } from "./scan_reading";
import { note } from "./number_line";

const ALLOWED = { severity: "off", findings: [], lot: null };

/**
 * From a scan to the order line.
 *
 * What the scan says decides: product and number in one code, a product whose number comes with
 * the next scan, or a number alone, whose product the till knows. What is none of these is left
 * to Odoo: products without numbers, customers, weights, prices, discounts.
 */
patch(PosStore.prototype, {
    /** Puts a scan on the order; whether it was one for us. */
    async traceScan(scan) {
        const reading = readScan(scan.raw);
        if (reading.marked && reading.gtin) {
            return await this.traceScanMarked(reading, scan);
        }
        const found = this.traceProductHere(reading.text);
        if (found) {
            return found.product.isTracked() && (await this.traceAskNumber(found, scan));
        }
        return await this.traceScanNumber(reading, scan);
    },

    /** Product, lot, serial number and expiry in one code. */
    async traceScanMarked(reading, scan) {
        const found = await this.traceProduct(reading.gtin);
        if (!found) {
            this.traceSay("stop", this.traceNoProduct(reading));
            return true;
        }
        const { product } = found;
        if (!product.isTracked() && this.barcodeReader.parser.nomenclature?.is_gs1_nomenclature) {
            return false;
        }
        const pieces = quantityOf(reading, product.uom_id) ?? 1;
        const quantity = pieces * found.quantity;
        if (!product.isTracked()) {
            await this.traceAddPlain(product, quantity);
        } else if (numberFor(product, reading)) {
            await this.traceCapture({ product, quantity, reading, scan });
        } else {
            await this.traceAskNumber({ product, quantity }, scan);
        }
        return true;
    },

    traceNoProduct({ gtin }) {
        return this.data.network.offline
            ? _t("No product with GTIN %s in this till, and the network is gone", gtin)
            : _t("No product of the shop has the GTIN %s", gtin);
    },

    async traceAddPlain(product, quantity) {
        const isBack = this.getOrder()?.preset_id?.is_return;
        const qty = isBack ? -quantity : quantity;
        const vals = { product_id: product, product_tmpl_id: product.product_tmpl_id, qty };
        await this.addLineToCurrentOrder(vals, {}, product.needToConfigure());
        this.numberBuffer.reset();
    },

    /** A number alone: of a product that the shop has, or of a line that lacks numbers. */
    async traceScanNumber(reading, scan) {
        const product = await this.traceProductNamed(reading.text);
        if (product === null) {
            return true;
        }
        const wanting = product || (!reading.gtin && this.traceLineWanting()?.product_id);
        if (!wanting) {
            return false;
        }
        await this.traceCapture({ product: wanting, quantity: 1, reading, scan });
        return true;
    },

    /** A code that nobody knows: perhaps a number of goods that are not in the shop. */
    async traceScanUnknown(scan) {
        const reading = readScan(scan.raw);
        const products = reading.problem ? [] : await this.traceProductsNamed(reading.text);
        const product = products.length > 1 ? await this.traceWhich(reading.text, products) : null;
        const meant = product || (products.length === 1 && products[0]);
        if (!meant) {
            this.traceSounds.play("stop");
            return products.length > 1;
        }
        const number = reading.text;
        const ask = { product_id: meant.id, number, quantity: 1 };
        const [verdict] = this.traceAsk ? await this.traceAsk(this.getOrder(), [ask]) : [];
        await this.traceCapture({ product: meant, quantity: 1, reading, scan, verdict });
        return true;
    },

    /** Products of which there is such a number anywhere, as the server knows. */
    async traceProductsNamed(number) {
        try {
            const ids = await this.data.call("pos.config", "trace_named", [
                [this.config.id],
                number,
            ]);
            const find = () => ids.map((id) => this.models["product.product"].get(id));
            if (!find().every(Boolean)) {
                await this.loadNewProducts([["product_variant_ids", "in", ids]]);
            }
            return find().filter(Boolean);
        } catch (error) {
            console.warn("A number could not be asked for", error);
            return [];
        }
    },

    /** The product of which the shop has this number; null if the cashier chose none of several. */
    async traceProductNamed(number) {
        const lots = (this.traceBook?.ready && this.traceBook.named(number)) || [];
        const ids = [...new Set(lots.map(({ product }) => product))];
        const products = ids.map((id) => this.models["product.product"].get(id)).filter(Boolean);
        const line = products.length > 1 && this.traceLineWanting(products);
        if (products.length < 2 || line) {
            return line ? line.product_id : products[0];
        }
        return await this.traceWhich(number, products);
    },

    async traceWhich(number, products) {
        const chosen = await makeAwaitable(this.dialog, SelectionPopup, {
            title: _t("Several products have the number %s. Which one is it?", number),
            list: products.map((product) => ({
                id: product.id,
                item: product,
                label: product.display_name,
                isSelected: false,
            })),
        });
        return chosen || null;
    },

    /** The line of the order that lacks a number, the selected one first. */
    traceLineWanting(products = null) {
        const order = this.getOrder();
        const wants = (line) =>
            line?.traceMissing > 0 && (!products || products.includes(line.product_id));
        const selected = order?.getSelectedOrderline();
        return wants(selected) ? selected : products && order?.lines.find(wants);
    },

    /** The code of a product with numbers: the next scan is its number, or the cashier chooses. */
    async traceAskNumber({ product, quantity = 1 }) {
        const line = this.traceLineWanting([product]);
        const wanted = product.tracking === "serial" ? Math.max(Math.round(quantity), 1) : 1;
        const numbers = await this.traceNumbers(product, { wanted, fromScan: true });
        for (const captured of numbers || []) {
            const pieces = product.tracking === "serial" ? 1 : quantity;
            await this.tracePut({ product, quantity: pieces, line, captured });
        }
        return true;
    },

    /** Judges a scanned number and puts it on the order. */
    async traceCapture({ product, quantity, reading, scan, verdict }) {
        const number = numberFor(product, reading);
        const pieces = product.tracking === "serial" ? 1 : quantity;
        if (this.traceAlreadyScanned(product, number, scan)) {
            return null;
        }
        const line = this.traceLineWanting([product]);
        const ask = { product, number, quantity: pieces, line, reading, verdict };
        const captured = await this.traceJudged(ask, {
            trace_method: scan.method,
            trace_raw: scan.raw,
            trace_at: scan.at,
        });
        return captured && (await this.tracePut({ product, quantity: pieces, line, captured }));
    },

    /**
     * The same unit a second time is no second unit: a number that was chosen or taken by itself
     * counts as scanned now, one that was scanned is said to be there.
     */
    traceAlreadyScanned(product, number, scan) {
        const pack = product.tracking === "serial" && this.tracePackOf(product, number);
        if (!pack) {
            return false;
        }
        if (["scanned", "camera"].includes(pack.trace_method)) {
            this.traceSay(
                "warn",
                _t("%(number)s of %(product)s is on this order already", {
                    number,
                    product: product.display_name,
                }),
            );
        } else {
            note(pack, { trace_method: scan.method, trace_raw: scan.raw, trace_at: scan.at });
            this.traceSounds.play("good");
        }
        this.selectOrderLine(this.getOrder(), pack.pos_order_line_id);
        return true;
    },

    tracePackOf(product, number) {
        return this.getOrder()
            ?.lines.filter((line) => line.product_id.id === product.id)
            .flatMap((line) => line.pack_lot_ids)
            .find((pack) => pack.lot_name === number);
    },

    /** A number that Odoo itself read out of a code is judged like one that we read. */
    async addLineToOrder(vals, order, opts = {}, configure = true) {
        const product = vals.product_id;
        if (opts.code?.type !== "lot" || opts.traceCaptured || !product?.isTracked?.()) {
            return await super.addLineToOrder(vals, order, opts, configure);
        }
        const ask = { product, number: opts.code.code, quantity: 1 };
        const traceCaptured = await this.traceJudged(ask, { trace_method: "scanned" });
        if (traceCaptured) {
            return await super.addLineToOrder(vals, order, { ...opts, traceCaptured }, configure);
        }
    },

    /** What the book says of a number. */
    traceVerdict(ask) {
        const order = this.getOrder();
        if (!this.traceJudge || order?.isRefund || order?.preset_id?.is_return) {
            return ALLOWED;
        }
        return this.traceWithLabel(this.traceJudge({ order, ...ask }), ask);
    },

    /** A date on the label that is over counts, also where the till knows no date of the lot. */
    traceWithLabel(word, { product, number, reading }) {
        const { book, today } = this.traceBook || {};
        const isOver = book && reading?.expiry && dayOf(reading.expiry) < today;
        if (!isOver || word.findings.some(({ code }) => code === "expired")) {
            return word;
        }
        const { title, message, remedy } = book.words.kinds.expired || {};
        const severity = severityOf("expired", book.products.get(product.id)?.severities);
        const values = { lot: number, product: product.display_name, date: reading.expiry };
        const text = sentence(message || "", values);
        const found = { code: "expired", severity, title, text, remedy };
        return verdictOf([...word.findings, found], word.lot);
    },

    /**
     * What is written down with a number that may go; null for one that stays here.
     *
     * @param {Object} ask { product, number, quantity, line }
     * @param {Object} captured how it was captured
     */
    async traceJudged(ask, captured) {
        const verdict = ask.verdict || this.traceVerdict(ask);
        const said = verdict.findings.map(({ code, severity }) => [code, severity]);
        const kept = { lot_name: ask.number, trace_at: luxon.DateTime.now(), ...captured };
        kept.trace_said = JSON.stringify(said);
        if (verdict.severity === "block") {
            const pass = await this.traceRefuse(verdict, { ...ask, order: this.getOrder() });
            return pass && { ...kept, trace_pass_by: pass.by, trace_pass_reason: pass.reason };
        }
        if (verdict.severity === "warn") {
            this.traceWarn(verdict);
        } else {
            this.traceSounds.play("good");
        }
        return kept;
    },

    /** Puts a number on the order: where one is missing, beside others of its kind, or anew. */
    async tracePut({ product, quantity, line, captured }) {
        // What was typed before the scan is no part of the next quantity.
        this.numberBuffer.reset();
        if (line?.traceMissing > 0) {
            line.traceAddNumber(captured.lot_name, captured);
            this.selectOrderLine(line.order_id, line);
            return line;
        }
        const same = this.traceLineLike(product, captured.lot_name);
        if (same) {
            return this.traceAddTo(same, quantity, captured);
        }
        return await this.traceAddNew(product, quantity, captured);
    },

    /** The line that takes one more: of the same lot, or of serial numbers. */
    traceLineLike(product, number) {
        const order = this.getOrder();
        return order?.lines.find(
            (line) =>
                line.product_id.id === product.id &&
                line.qty > 0 &&
                line.isPosGroupable() &&
                !line.getDiscount() &&
                line.price_type === "original" &&
                !line.refunded_orderline_id &&
                !line.attribute_value_ids?.length &&
                (product.tracking === "serial" ||
                    line.pack_lot_ids.some((pack) => pack.lot_name === number)),
        );
    },

    traceAddTo(line, quantity, captured) {
        line.order_id.assertEditable();
        if (line.product_id.tracking === "serial") {
            line.traceAddNumber(captured.lot_name, captured);
        }
        line.setQuantity(line.qty + quantity);
        this.selectOrderLine(line.order_id, line);
        return line;
    },

    async traceAddNew(product, quantity, captured) {
        const isBack = this.getOrder()?.preset_id?.is_return;
        const qty = isBack ? -quantity : quantity;
        const vals = { product_id: product, product_tmpl_id: product.product_tmpl_id, qty };
        const code = { type: "lot", code: captured.lot_name };
        const line = await this.addLineToCurrentOrder(
            vals,
            { code, traceCaptured: captured },
            product.needToConfigure(),
        );
        const pack = line?.pack_lot_ids.find((one) => one.lot_name === captured.lot_name);
        if (pack) {
            note(pack, captured);
        }
        this.numberBuffer.reset();
        return line;
    },
});
