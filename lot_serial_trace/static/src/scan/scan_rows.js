import { Component } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { VERDICTS } from "./verdict";

const { DateTime } = luxon;

const METHODS = {
    typed: _t("typed"),
    camera: _t("camera"),
    asn: _t("as advised"),
    pasted: _t("pasted"),
    imported: _t("imported"),
    generated: _t("generated"),
};

/** The last scans, latest first; those on their way on top. */
export class ScanRows extends Component {
    static template = "lot_serial_trace.ScanRows";
    static props = { waiting: Array, scans: Array };

    icon({ verdict, undone }) {
        return undone ? "fa-undo" : VERDICTS[verdict]?.icon || "fa-circle-o";
    }

    method(scan) {
        return METHODS[scan.method] || "";
    }

    time({ at }) {
        if (!at) {
            return "";
        }
        const moment = at.includes("T") ? DateTime.fromISO(at) : deserializeDateTime(at);
        return formatDateTime(moment.setZone("local"), { format: "HH:mm:ss" });
    }
}
