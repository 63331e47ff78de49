import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { NumbersDialog } from "./numbers_dialog";
import { ProductRow } from "./product_row";
import { QuantityDialog } from "./quantity_dialog";
import { ScanFrame } from "./scan_frame";
import { ScanRows } from "./scan_rows";
import { useAnswer, useCall, useOpen, useRead } from "./scan_screen";
import { isComplete, TransferModel } from "./transfer_model";
import { TypedDialog } from "./typed_dialog";

/** Products shown at a time, and asked of the server. */
const PAGE = 60;

/** Products that a phone shows together with the last scans. */
const SHORT = 5;

const WHAT_TO_DO = {
    incoming: _t("Scan what has arrived"),
    internal: _t("Scan what you move"),
    outgoing: _t("Scan what you pick"),
    other: _t("Scan a number"),
};

/**
 * One transfer, worked through with a scanner: a receipt, an internal transfer or a delivery.
 *
 * The transfer is read once. Scans go to the outbox; each answer brings what it changed. The steps
 * differ in what they ask for: a receipt shows what the supplier has announced and can take it as
 * announced, the other two say where to take the goods from.
 */
export class TransferScreen extends Component {
    static template = "lot_serial_trace.TransferScreen";
    static components = { ProductRow, ScanFrame, ScanRows };
    static props = { ...standardActionServiceProps };
    static path = "trace-scan-transfer";
    static displayName = _t("Scan");
    static target = "fullscreen";
    static extractProps = ({ params, context }) => {
        const resId = params?.res_id || context?.active_id;
        return resId ? { resId } : {};
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.outbox = useService("trace_scan_outbox");
        this.sent = useState(this.outbox.state);
        this.answer = useAnswer();
        this.call = useCall(this.answer);
        this.read = useRead(this.answer);
        this.open = useOpen(this.answer);
        this.state = useState({
            model: null,
            quantity: 0,
            shown: PAGE,
            tab: "todo",
            busy: false,
            finishing: false,
            done: null,
        });
        useBus(this.outbox.bus, "answer", ({ detail }) => this.onAnswer(detail));
        useBus(this.outbox.bus, "failure", ({ detail }) => this.onFailure(detail));
        onWillStart(() => this.props.resId && this.load());
    }

    load() {
        const take = (data) => {
            const hadTrouble = !this.model;
            this.state.model = new TransferModel(data);
            this.env.config?.setDisplayName?.(data.name);
            return hadTrouble && this.answer.clear();
        };
        return this.read(take, "stock.picking", "trace_scan_open", [[this.props.resId]]);
    }

    get model() {
        return this.state.model;
    }

    get about() {
        return this.model.about;
    }

    get document() {
        return { model: "stock.picking", id: this.props.resId, name: this.about.name };
    }

    get isOver() {
        return (
            !this.model || Boolean(this.state.done) || ["done", "cancel"].includes(this.about.state)
        );
    }

    get subtitle() {
        const { partner, source, destination, step } = this.about;
        if (step === "incoming") {
            return [partner, destination].filter(Boolean).join(" → ");
        }
        return step === "outgoing"
            ? [source, partner || destination].filter(Boolean).join(" → ")
            : `${source} → ${destination}`;
    }

    get prompt() {
        if (this.isOver) {
            return _t("Scan the next transfer");
        }
        return this.state.quantity
            ? _t("Scan: counts %s times", this.state.quantity)
            : WHAT_TO_DO[this.about.step].toString();
    }

    get rows() {
        return this.model.rows.slice(0, this.state.shown);
    }

    /** Few products leave room for the last scans below them. */
    get isShort() {
        return this.model.count <= SHORT;
    }

    get hasMore() {
        return this.state.shown < this.model.products.length || this.model.hasMore;
    }

    /** Entries of this transfer that the server has not answered, latest first. */
    get waiting() {
        return this.sent.entries
            .filter(
                ({ document, state }) => document.id === this.props.resId && state === "waiting",
            )
            .reverse();
    }

    get left() {
        const { wanted, captured } = this.model.progress;
        return Math.max(0, wanted - captured);
    }

    get isAllThere() {
        return this.left <= 0 && this.model.products.every(isComplete);
    }

    // -- scans ----------------------------------------------------------------

    onCode(code, method, reason = null) {
        if (this.isOver) {
            return this.find(code);
        }
        if (method === "typed" && !reason && this.about.typed_needs_reason) {
            return this.type(code);
        }
        const values = { code, method, device: deviceName() };
        if (reason) {
            values.reason = reason;
        }
        if (this.state.quantity) {
            values.quantity = this.state.quantity;
            this.state.quantity = 0;
        }
        this.outbox.add(this.document, "trace_scan", values);
    }

    onAnswer({ entry, answer }) {
        if (this.model && entry.document.id === this.props.resId) {
            this.model.apply(entry, answer);
            this.answer.show({ ...answer, entry });
            this.finishAfter(answer);
        }
    }

    /** Who may let goods pass does so here, with a reason; then they are scanned once more. */
    letPass() {
        const { entry, permit } = this.answer.current;
        return this.action.doAction("lot_serial_trace.action_trace_pass_grant", {
            additionalContext: permit,
            onClose: (infos) =>
                !infos?.dismiss && this.outbox.add(entry.document, entry.method, entry.values),
        });
    }

    onFailure({ entry }) {
        if (entry.document.id === this.props.resId) {
            this.state.finishing = false;
            this.answer.stop(entry.error);
        }
    }

    async find(code) {
        const found = await this.call("trace.scan", "trace_find", [code]);
        return this.open.found(found, { stackPosition: "replaceCurrentAction" });
    }

    get undoTarget() {
        const undone = new Set(this.waiting.map(({ values }) => values.uuid));
        const unsent = this.waiting.find(
            ({ method, uuid }) => method === "trace_scan" && !undone.has(uuid),
        );
        const last = this.model.undoable;
        return unsent?.uuid || (last && !undone.has(last.uuid) ? last.uuid : null);
    }

    undo() {
        const uuid = this.undoTarget;
        if (uuid) {
            this.outbox.add(this.document, "trace_scan_undo", { uuid });
        }
    }

    type(code = "") {
        this.dialog.add(TypedDialog, {
            code,
            needsReason: this.about.typed_needs_reason,
            onTyped: (typed, reason) => this.onCode(typed, "typed", reason || " "),
            onList: () => this.importList(),
        });
    }

    /** Many numbers at once: pasted, or from a file. */
    async importList() {
        const action = await this.call("stock.picking", "action_trace_import_numbers", [
            [this.props.resId],
        ]);
        if (action) {
            await this.action.doAction(action, { onClose: () => this.afterDialog() });
        }
    }

    /** A new pallet: what is scanned next goes into it. */
    async newPackage() {
        const made = await this.alone(() =>
            this.call("stock.picking", "trace_scan_new_package", [[this.props.resId]]),
        );
        if (made) {
            this.onCode(made.name, "typed", _t("New package"));
        }
    }

    /** Labels for what was received, or for the packages that leave. */
    async printLabels() {
        const action = await this.call("stock.picking", "action_trace_print_labels", [
            [this.props.resId],
        ]);
        if (action) {
            await this.action.doAction(action);
        }
    }

    askQuantity() {
        this.dialog.add(QuantityDialog, {
            quantity: this.state.quantity,
            onQuantity: (quantity) => (this.state.quantity = quantity),
        });
    }

    // -- products -------------------------------------------------------------

    showNumbers(product) {
        this.dialog.add(NumbersDialog, {
            product,
            read: (offset) =>
                this.call("stock.picking", "trace_scan_numbers", [[this.props.resId]], {
                    product_id: product.id,
                    offset,
                }),
        });
    }

    async more() {
        if (this.model.products.length < this.state.shown + PAGE && this.model.hasMore) {
            const page = await this.call(
                "stock.picking",
                "trace_scan_products",
                [[this.props.resId]],
                { offset: this.model.read, limit: PAGE },
            );
            if (page) {
                this.model.addPage(page);
            }
        }
        this.state.shown += PAGE;
    }

    // -- the end --------------------------------------------------------------

    async accept() {
        const answer = await this.alone(() =>
            this.call("stock.picking", "trace_scan_accept", [[this.props.resId]]),
        );
        if (answer) {
            await this.load();
            this.answer.show(answer);
        }
    }

    /** Finishes; not before the scans that are on their way have been taken, all of them. */
    async finish() {
        this.state.finishing = this.waiting.length > 0;
        if (this.state.finishing) {
            return;
        }
        const end = await this.alone(() =>
            this.call("stock.picking", "trace_scan_finish", [[this.props.resId]]),
        );
        if (end) {
            await this.onFinish(end);
        }
    }

    finishAfter({ verdict }) {
        if (this.state.finishing && verdict === "stop") {
            this.state.finishing = false; // somebody must read that first
        } else if (this.state.finishing) {
            this.finish();
        }
    }

    /** One such call at a time; the button is dead meanwhile. */
    async alone(work) {
        this.state.busy = true;
        try {
            return await work();
        } finally {
            this.state.busy = false;
        }
    }

    async onFinish(end) {
        if (end.done) {
            this.state.done = end;
            this.answer.show({ verdict: "good", message: end.message });
        } else if (end.action) {
            await this.action.doAction(end.action, { onClose: () => this.afterDialog() });
        } else {
            this.answer.stop(end.message);
        }
    }

    /** A dialog of Odoo (backorder, findings of the gate) may have finished the transfer. */
    async afterDialog() {
        await this.load();
        if (this.about.state === "done") {
            const message = _t("%s is done.", this.about.name);
            this.state.done = { done: true, message };
            this.answer.show({ verdict: "good", message });
        }
    }

    openBackorder() {
        this.open.screen(
            "scan_transfer",
            { res_id: this.state.done.backorder.id },
            { stackPosition: "replaceCurrentAction" },
        );
    }

    goHome() {
        this.open.screen("scan_home", {}, { clearBreadcrumbs: true });
    }
}

/** What the scans say about the device that made them. */
function deviceName() {
    return navigator.userAgent.match(/\(([^)]*)\)/)?.[1].slice(0, 100) || "";
}

registry.category("actions").add("lot_serial_trace.scan_transfer", TransferScreen);
