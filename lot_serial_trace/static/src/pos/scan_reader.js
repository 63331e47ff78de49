import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { delay } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { barcodeService } from "@barcodes/barcode_service";
import { BarcodeReader } from "@point_of_sale/app/services/barcode_reader_service";
import { GS } from "../scan/key_reader";

/** Milliseconds without a key after which nobody scans or types. */
export const QUIET = 150;

/** How scanners in keyboard mode send the separator of GS1 fields. */
const SEPARATOR_KEYS = /(?:Control)+\]|Alt0?029/g;

patch(barcodeService, {
    cleanBarcode(barcode) {
        return super.cleanBarcode(barcode.replace(SEPARATOR_KEYS, GS));
    },
});

/**
 * The till's scanner: one scan after the other, none lost.
 *
 * A scan waits until those before it are on the order. A dialog that wants numbers takes the
 * scans that come while it is open, and those that wait behind the scan that opened it.
 */
patch(BarcodeReader.prototype, {
    setup() {
        super.setup(...arguments);
        this.traceLine = reactive({ scans: [] });
        this.traceTakers = [];
        this.traceLastKey = -QUIET;
        browser.addEventListener(
            "keydown",
            ({ timeStamp }) => (this.traceLastKey = timeStamp),
            true,
        );
    },

    /**
     * @param {string} code
     * @param {"scanned"|"camera"} [method]
     */
    scan(code, method = "scanned") {
        const scan = { raw: code || "", method, at: luxon.DateTime.now() };
        const taker = this.traceTakers.at(-1);
        if (code && taker) {
            return taker(scan);
        }
        this.traceLine.scans.push(scan);
        return this.mutex.exec(() => this.traceHandle(scan));
    },

    async traceHandle(scan) {
        if (!this.traceLeave(scan)) {
            return;
        }
        const maps = this.exclusiveCbMap ? [this.exclusiveCbMap] : [...this.cbMaps];
        for (const { trace } of maps) {
            if (scan.raw && (await trace?.(scan))) {
                return;
            }
        }
        await this.traceLeaveToOdoo(scan, maps);
    },

    /** What Odoo does not know either may be a number of goods that are elsewhere. */
    async traceLeaveToOdoo(scan, maps) {
        Object.assign(this, { traceScanned: scan, traceUnknown: null, traceRunning: null });
        try {
            await this._scan(scan.raw);
            // Odoo does not wait for what a GS1 code does
            await this.traceRunning;
        } finally {
            this.traceScanned = null;
        }
        for (const { traceUnknown } of this.traceUnknown ? maps : []) {
            if (await traceUnknown?.(scan)) {
                return;
            }
        }
        if (this.traceUnknown) {
            this.showNotFoundNotification(this.traceUnknown);
        }
    },

    showNotFoundNotification(code) {
        if (this.traceScanned) {
            this.traceUnknown = code;
        } else {
            super.showNotFoundNotification(code);
        }
    },

    /** Takes a scan out of the line; whether it was still there. */
    traceLeave(scan) {
        const before = this.traceLine.scans.length;
        this.traceLine.scans = this.traceLine.scans.filter((one) => one.at !== scan.at);
        return this.traceLine.scans.length < before;
    },

    /** The scan that waits next, taken out of the line. */
    traceNext() {
        return this.traceLine.scans.shift();
    },

    /** Resolves when nobody scans or types: what opens then does not cut a code in two. */
    async traceQuiet() {
        while (!this.traceLine.scans.length && performance.now() - this.traceLastKey < QUIET) {
            await delay(QUIET / 5);
        }
    },

    /** The scans that come from now on go to `taker`; returns how to end that. */
    traceTake(taker) {
        this.traceTakers.push(taker);
        return () => {
            this.traceTakers = this.traceTakers.filter((one) => one !== taker);
        };
    },
});
