import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ScanFrame } from "./scan_frame";
import { useAnswer, useCall } from "./scan_screen";

const COMMANDS = [
    ["OBTUNDO", _t("Undo the last scan")],
    ["OBTFINISH", _t("Finish")],
    ["OBTTYPE", _t("Type a number")],
    ["OBTQUANTITY", _t("Quantity of the next scan")],
    ["OBTACCEPT", _t("Take in as advised")],
    ["OBTBACK", _t("Back")],
    ["OBTHOME", _t("Beginning")],
    ["OBTCOUNT", _t("Count")],
    ["OBTLOOKUP", _t("What is this?")],
    ["OBTCAMERA", _t("Camera on and off")],
];

/** A sheet of codes to print: with it a scanner needs no key at all. */
export class CodesScreen extends Component {
    static template = "lot_serial_trace.CodesScreen";
    static components = { ScanFrame };
    static props = { ...standardActionServiceProps };
    static path = "trace-scan-codes";
    static displayName = _t("Codes");
    static target = "fullscreen";

    setup() {
        this.title = _t("Codes to print");
        this.prompt = _t("Scan a code to try it");
        this.answer = useAnswer();
        this.call = useCall(this.answer);
        this.state = useState({ operations: [] });
        onWillStart(async () => {
            this.state.operations = (await this.call("trace.scan", "trace_home")) || [];
        });
    }

    get codes() {
        const operations = this.state.operations.map((operation) => [
            `OBTPT${operation.picking_type_id}`,
            `${operation.warehouse}: ${operation.title}`,
        ]);
        return [...COMMANDS, ...operations].map(([code, label]) => ({
            code,
            label: String(label),
        }));
    }

    image(code) {
        return `/report/barcode/Code128/${code}?width=500&height=110&humanreadable=0&quiet=1`;
    }

    onCode(code) {
        this.answer.show({ verdict: "good", message: code });
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("lot_serial_trace.scan_codes", CodesScreen);
