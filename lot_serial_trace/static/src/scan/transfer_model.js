/** How many of the last scans are shown. */
export const LAST_SCANS = 20;

/** Whether nothing is left to capture of a product. */
export const isComplete = (product) => product.captured >= product.wanted;

/**
 * What a transfer screen knows of its transfer: read once, then kept up by the answers to scans.
 *
 * A receipt of 2,000 products is read in pages; the answers bring the products they changed,
 * also such as are on no page yet.
 */
export class TransferModel {
    /** @param {Object} data what `trace_scan_open` answers */
    constructor(data) {
        const { products, scans, progress, ...about } = data;
        this.about = about;
        this.progress = progress;
        this.count = data.product_count;
        this.products = products;
        this.scans = scans;
        this.location = null;
        this.package = null;
        this.latest = null;
        // The server's order by what was open when the page was read: rows do not jump about.
        this.read = products.length;
    }

    /** Unfinished products first, the one scanned last on top. */
    get rows() {
        const rank = (product) => (product.id === this.latest ? 0 : isComplete(product) ? 2 : 1);
        return [...this.products].sort((one, other) => rank(one) - rank(other));
    }

    /** The last scan that can be undone. */
    get undoable() {
        return this.scans.find(isTaken) || null;
    }

    /** Adds a page that `trace_scan_products` has answered. */
    addPage({ rows, count }) {
        this.count = count;
        this.read += rows.length;
        this.merge(rows, false);
    }

    /** Whether the server has products that were not read. */
    get hasMore() {
        return this.read < this.count;
    }

    /** Takes the answer to a scan. */
    apply(entry, answer) {
        this.progress = answer.progress || this.progress;
        this.merge(answer.changed || [], true);
        if ("location" in answer) {
            this.location = answer.location;
        }
        if ("package" in answer) {
            this.package = answer.package;
        }
        if (answer.product_id) {
            this.latest = answer.product_id;
        }
        if (entry.method.endsWith("_undo")) {
            this.markUndone(answer.undone_uuid || entry.values.uuid, answer.verdict);
        } else {
            this.scans = [scanRow(entry, answer), ...this.scans].slice(0, LAST_SCANS);
        }
    }

    merge(products, fresh) {
        for (const product of products) {
            const index = this.products.findIndex((known) => known.id === product.id);
            if (index < 0) {
                this.products.push(product);
            } else if (fresh) {
                this.products[index] = product;
            }
        }
    }

    markUndone(uuid, verdict) {
        const scan = this.scans.find((row) => row.uuid === uuid);
        if (scan && verdict !== "stop") {
            scan.undone = true;
        }
    }
}

/** Whether a scan put something on the transfer that is still there. */
const isTaken = (scan) =>
    scan.verdict !== "stop" &&
    !scan.undone &&
    (scan.undo ?? Boolean(scan.product && scan.quantity));

/** A row of the last scans as the server would tell it. */
export function scanRow(entry, answer) {
    return {
        uuid: entry.uuid,
        raw: entry.values.code,
        product: answer.product,
        number: answer.number,
        quantity: answer.quantity,
        verdict: answer.verdict,
        message: answer.message,
        method: entry.values.method,
        at: entry.at,
        undone: false,
        undo: answer.undo,
    };
}
