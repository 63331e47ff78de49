import { DataServiceOptions } from "@point_of_sale/app/models/data_service_options";
import { PosData } from "@point_of_sale/app/services/data_service";
import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";

const PACK = "pos.pack.operation.lot";
/** A captured number is on the device after so many milliseconds, however fast others follow. */
const SOON = 50;

/**
 * Captured numbers are kept on the device, like the lines they are on, until the server has
 * them: Odoo keeps the lines only, so that a reload or a crash while offline loses the numbers.
 */
patch(DataServiceOptions.prototype, {
    get databaseTable() {
        return {
            ...super.databaseTable,
            [PACK]: {
                key: "uuid",
                condition: (record) =>
                    !record.uuid ||
                    (record.pos_order_line_id?.order_id?.finalized &&
                        record.pos_order_line_id.order_id.isSynced),
            },
        };
    },
});

/**
 * Odoo writes to the device when nothing has changed for a moment, which in a row of quick scans
 * comes late. A number, its line and its order are written at once.
 */
patch(PosData.prototype, {
    initListeners() {
        super.initListeners(...arguments);
        const packs = this.models[PACK];
        if (!packs) {
            return;
        }
        this.traceUnsaved = new Set();
        packs.addEventListener("create", ({ ids }) => this.traceSaveSoon(ids));
        packs.addEventListener("update", ({ id }) => this.traceSaveSoon([id]));
        packs.addEventListener("delete", ({ key, id }) => {
            this.traceUnsaved.delete(id);
            this.indexedDB.delete(PACK, [key].filter(Boolean));
        });
    },

    async getLocalDataFromIndexedDB() {
        const result = await super.getLocalDataFromIndexedDB(...arguments);
        this.traceDropOrphans();
        return result;
    },

    traceSaveSoon(ids) {
        if (!this.traceUnsaved.size) {
            browser.setTimeout(() => this.traceSavePacks(), SOON);
        }
        ids.forEach((id) => this.traceUnsaved.add(id));
    },

    /** Write unsaved numbers with the lines and orders without which they would mean nothing. */
    async traceSavePacks() {
        const packs = [...this.traceUnsaved].map((id) => this.models[PACK].get(id)).filter(Boolean);
        this.traceUnsaved.clear();
        const lines = packs.map((pack) => pack.pos_order_line_id).filter(Boolean);
        const orders = lines.map((line) => line.order_id).filter(Boolean);
        const records = { "pos.order": orders, "pos.order.line": lines, [PACK]: packs };
        for (const [model, some] of Object.entries(records)) {
            const { key, condition } = this.opts.databaseTable[model];
            const kept = [...new Set(some)].filter(
                (record) => record[key] && condition(record) === false,
            );
            const rows = kept.map((record) => record.serializeForIndexedDB());
            await this.indexedDB.create(model, rows);
        }
    },

    /** Forget numbers on the device whose line is gone, or has others by now. */
    traceDropOrphans() {
        const orphans = (this.models[PACK]?.getAll() || []).filter(
            ({ id, pos_order_line_id: line }) => !line?.pack_lot_ids?.some((one) => one.id === id),
        );
        this.indexedDB.delete(PACK, orphans.map((pack) => pack.uuid).filter(Boolean));
        orphans.forEach((pack) => pack.delete({ silent: true }));
    },
});
