import { useExternalListener } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { ScannerKeys } from "./scan_keys";

/** Where products are searched: the cursor often stays there when the next unit is scanned. */
const SEARCH = ".pos-rightheader input";

/** The screen on which goods are scanned hands each scan to the order first. */
patch(ProductScreen.prototype, {
    setup() {
        super.setup(...arguments);
        useBarcodeReader({
            trace: (scan) => this.pos.traceScan(scan),
            traceUnknown: (scan) => this.pos.traceScanUnknown(scan),
        });
        this.traceKeys = new ScannerKeys((code) => this.barcodeReader?.scan(code));
        for (const kind of ["keydown", "keyup"]) {
            useExternalListener(window, kind, this.traceSearchKey, { capture: true });
        }
    },

    /** A code that a scanner sends into the search field is a scan, not a search. */
    traceSearchKey(event) {
        if (event.target.matches?.(SEARCH)) {
            this.traceKeys[event.type](event, event.target);
        }
    },

    /** Products are also found by a GTIN written with other leading zeros. */
    async _getProductByBarcode(code) {
        const found = this.pos.traceProductHere(code.base_code);
        return found ? found.product : await super._getProductByBarcode(code);
    },

    /** A product that came from the server just now may want a number, too. */
    async _barcodeProductAction(code) {
        const product = await this._getProductByBarcode(code);
        if (product?.isTracked() && code.type === "product") {
            const found = this.pos.traceProductHere(code.base_code) || { product };
            await this.pos.traceAskNumber(found);
            return;
        }
        await super._barcodeProductAction(code);
    },

    _barcodeGS1Action() {
        this.barcodeReader.traceRunning = super._barcodeGS1Action(...arguments);
        return this.barcodeReader.traceRunning;
    },
});
