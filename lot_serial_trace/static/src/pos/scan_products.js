import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { normaliseGtin } from "../gs1/index.js";

/** The ways in which a database may have written a GTIN: with or without leading zeros. */
export function spellings(code) {
    const gtin = normaliseGtin(code);
    if (!gtin) {
        return [code];
    }
    const short = [13, 12, 8].map((length) => gtin.slice(-length));
    const fits = short.filter((text) => text.padStart(14, "0") === gtin);
    return [...new Set([code, gtin, ...fits])];
}

/** Finding products by what is on them. */
patch(PosStore.prototype, {
    /**
     * The product that carries a code, of those that the till has.
     *
     * @returns {Object|null} { product, quantity }, the pieces of a package with a code of its own
     */
    traceProductHere(code) {
        for (const spelling of spellings(code)) {
            const product = this.models["product.product"].getBy("barcode", spelling);
            if (product) {
                return { product, quantity: 1 };
            }
            const pack = this.models["product.uom"].getBy("barcode", spelling);
            if (pack?.product_id) {
                return { product: pack.product_id, quantity: piecesOf(pack) };
            }
        }
        return null;
    },

    /** Like traceProductHere; asks the server for a product that the till has not. */
    async traceProduct(code) {
        const here = this.traceProductHere(code);
        return here || ((await this.traceLoad(code)) ? this.traceProductHere(code) : null);
    },

    async traceLoad(code) {
        if (this.data.network.offline) {
            return false;
        }
        const domain = ["product_variant_ids.barcode", "in", spellings(code)];
        try {
            const records = await this.loadNewProducts([domain]);
            return Boolean(records?.["product.product"]?.length);
        } catch (error) {
            console.warn("A product could not be asked for", error);
            return false;
        }
    },
});

function piecesOf({ uom_id, product_id }) {
    return uom_id.factor / product_id.product_tmpl_id.uom_id.factor;
}
