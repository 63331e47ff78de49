import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { isDisplayStandalone } from "@web/core/browser/feature_detection";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ScanFrame } from "./scan_frame";
import { useAnswer, useCall, useOpen, useRead } from "./scan_screen";

const ICONS = {
    incoming: "fa-sign-in",
    outgoing: "fa-sign-out",
    internal: "fa-exchange",
    other: "fa-cog",
};

/** The beginning: choose an operation, or scan what to work on. */
export class HomeScreen extends Component {
    static template = "lot_serial_trace.HomeScreen";
    static components = { ScanFrame };
    static props = { ...standardActionServiceProps };
    static path = "trace-scan";
    static displayName = _t("Scan");
    static target = "fullscreen";

    setup() {
        this.outbox = useService("trace_scan_outbox");
        this.sent = useState(this.outbox.state);
        this.answer = useAnswer();
        this.call = useCall(this.answer);
        this.open = useOpen(this.answer);
        this.title = _t("Scan");
        this.prompt = _t("Scan a transfer, an order, a pallet or a product");
        this.canInstall = !isDisplayStandalone();
        this.state = useState({ operations: [], all: false });
        const read = useRead(this.answer);
        const take = (operations) => {
            this.state.operations = operations;
            this.answer.clear();
        };
        onWillStart(() => read(take, "trace.scan", "trace_home"));
    }

    /** Those with work first; the others only if somebody asks. */
    get operations() {
        const { operations, all } = this.state;
        const busy = operations.filter(({ ready, late }) => ready || late);
        const idle = operations.filter(({ ready, late }) => !ready && !late);
        return all || !busy.length ? [...busy, ...idle] : busy;
    }

    get hidden() {
        return this.state.operations.length - this.operations.length;
    }

    icon(step) {
        return ICONS[step] || ICONS.other;
    }

    /** Transfers with scans that are still on this device. */
    get unsent() {
        const counts = new Map();
        for (const { document } of this.sent.entries) {
            const { name, id, model } = document;
            const known = counts.get(name) || { name, id, model, count: 0 };
            counts.set(name, { ...known, count: known.count + 1 });
        }
        return [...counts.values()];
    }

    async onCode(code) {
        this.open.found(await this.call("trace.scan", "trace_find", [code]));
    }

    openUnsent({ model, id }) {
        const tag = model === "stock.picking" ? "scan_transfer" : "count";
        this.open.screen(tag, model === "stock.picking" ? { res_id: id } : {});
    }

    openList(operation) {
        this.open.screen("scan_list", { res_id: operation.picking_type_id });
    }
}

registry.category("actions").add("lot_serial_trace.scan_home", HomeScreen);
