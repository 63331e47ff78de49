import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";

/**
 * Odoo's unit tests of the till have no server that knows of the book, and no databases on the
 * device; tests of the book open it themselves.
 */
patch(PosStore.prototype, {
    traceOpenBook() {},
});
