import { Component, onWillStart, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CountDialog } from "./count_dialog";
import { QuantityDialog } from "./quantity_dialog";
import { ScanFrame } from "./scan_frame";
import { ScanRows } from "./scan_rows";
import { useAnswer, useCall, useRead } from "./scan_screen";
import { LAST_SCANS, scanRow } from "./transfer_model";
import { TypedDialog } from "./typed_dialog";

/** Rows shown at a time. */
const PAGE = 60;

/**
 * A count of one place: scan the place, then everything that lies there.
 *
 * Places that a campaign wants counted are listed first; one is begun with a tap, or by scanning it.
 * The URL holds the place, and the server the count: a reload goes on where it was. A blind
 * count does not say what should be there, so that nobody counts what the screen says.
 */
export class CountScreen extends Component {
    static template = "lot_serial_trace.CountScreen";
    static components = { ScanFrame, ScanRows };
    static props = { ...standardActionServiceProps };
    static path = "trace-count";
    static displayName = _t("Count");
    static target = "fullscreen";
    static extractProps = ({ params }) => (params?.res_id ? { resId: params.res_id } : {});

    setup() {
        this.dialog = useService("dialog");
        this.outbox = useService("trace_scan_outbox");
        this.sent = useState(this.outbox.state);
        this.answer = useAnswer();
        this.call = useCall(this.answer);
        this.read = useRead(this.answer);
        this.state = useState({
            count: null,
            latest: null,
            shown: PAGE,
            quantity: 0,
            end: null,
            tasks: [],
            ending: false,
        });
        useBus(this.outbox.bus, "answer", ({ detail }) => this.onAnswer(detail));
        useBus(this.outbox.bus, "failure", ({ detail }) => this.onFailure(detail));
        useEffect(
            (ending, waiting) => {
                if (ending && !waiting) {
                    this.endNow();
                }
            },
            () => [this.state.ending, this.waiting.length],
        );
        onWillStart(() =>
            this.props.resId ? this.start(this.props.resId, null) : this.loadTasks(),
        );
    }

    get title() {
        return this.state.count ? this.state.count.location.name : _t("Count").toString();
    }

    get prompt() {
        if (!this.isOpen) {
            return _t("Scan the place you count").toString();
        }
        return this.state.quantity
            ? _t("Scan: counts %s times", this.state.quantity)
            : _t("Scan everything that lies here").toString();
    }

    get isOpen() {
        return Boolean(this.state.count) && !this.state.end;
    }

    get document() {
        const { count } = this.state;
        return count && { model: "trace.count", id: count.id, name: count.location.name };
    }

    /** The row scanned last on top, then the server's order. */
    get rows() {
        const { count, latest, shown } = this.state;
        const first = count.rows.filter((row) => rowKey(row) === latest);
        const others = count.rows.filter((row) => rowKey(row) !== latest);
        return [...first, ...others].slice(0, shown);
    }

    get waiting() {
        return this.entries("waiting").reverse();
    }

    get failed() {
        return this.entries("failed").length;
    }

    /** Scans of this count that are on the device. */
    entries(wanted) {
        const { count } = this.state;
        return this.sent.entries.filter(
            ({ document, state }) =>
                document.model === "trace.count" && document.id === count?.id && state === wanted,
        );
    }

    key(row) {
        return rowKey(row);
    }

    isDifferent({ counted, theory }) {
        return theory !== null && theory !== undefined && counted !== theory;
    }

    // -- scans ----------------------------------------------------------------

    loadTasks() {
        const take = (tasks) => (this.state.tasks = tasks);
        return this.read(take, "trace.count", "trace_tasks");
    }

    start(locationId, code, taskId = null) {
        const take = (count) => {
            const fresh = { end: null, latest: null, shown: PAGE, ending: false };
            Object.assign(this.state, { count, ...fresh });
            this.props.updateActionState?.({ resId: count.location.id });
            this.env.config?.setDisplayName?.(count.location.name);
            if (count.warning) {
                this.answer.show({ verdict: "warn", message: count.warning });
            } else {
                this.answer.clear();
            }
        };
        const details = taskId ? { task_id: taskId } : { code };
        return this.read(take, "trace.count", "trace_start", [locationId], details);
    }

    startTask(task) {
        return this.start(null, null, task.id);
    }

    onCode(code, method, reason = null) {
        if (!this.isOpen) {
            return this.start(null, code);
        }
        const values = { code, method };
        if (reason) {
            values.reason = reason;
        }
        if (this.state.quantity) {
            values.quantity = this.state.quantity;
            this.state.quantity = 0;
        }
        this.outbox.add(this.document, "trace_count_scan", values);
    }

    onAnswer({ entry, answer }) {
        const { count } = this.state;
        if (entry.document.model !== "trace.count" || entry.document.id !== count?.id) {
            return;
        }
        if (answer.row) {
            this.putRow(answer.row);
        }
        if (entry.method === "trace_count_undo") {
            const undone = count.scans.find(({ uuid }) => uuid === entry.values.uuid);
            if (undone && answer.verdict !== "stop") {
                undone.undone = true;
            }
        } else {
            count.scans = [scanRow(entry, answer), ...count.scans].slice(0, LAST_SCANS);
        }
        this.answer.show(answer);
    }

    putRow(row) {
        const { count } = this.state;
        const index = count.rows.findIndex((known) => rowKey(known) === rowKey(row));
        if (index < 0) {
            count.rows.unshift(row);
            count.row_count++;
        } else {
            count.rows[index] = row;
        }
        this.state.latest = rowKey(row);
    }

    onFailure({ entry }) {
        if (entry.document.model === "trace.count") {
            this.answer.stop(entry.error);
        }
    }

    get undoTarget() {
        if (!this.isOpen) {
            return null;
        }
        const undone = new Set(this.waiting.map(({ values }) => values.uuid));
        const unsent = this.waiting.find(
            ({ method, uuid }) => method === "trace_count_scan" && !undone.has(uuid),
        );
        const last = this.state.count.scans.find(
            (scan) => scan.verdict !== "stop" && !scan.undone && !undone.has(scan.uuid),
        );
        return unsent?.uuid || last?.uuid || null;
    }

    undo() {
        const uuid = this.undoTarget;
        if (uuid) {
            this.outbox.add(this.document, "trace_count_undo", { uuid });
        }
    }

    type(code = "") {
        this.dialog.add(TypedDialog, {
            code,
            onTyped: (typed, reason) => this.onCode(typed, "typed", reason),
        });
    }

    askQuantity() {
        this.dialog.add(QuantityDialog, {
            quantity: this.state.quantity,
            onQuantity: (quantity) => (this.state.quantity = quantity),
        });
    }

    // -- the end --------------------------------------------------------------

    /** Scans that are on their way are waited for; pressed once more, the person goes on. */
    finish() {
        this.state.ending = !this.state.ending;
    }

    endNow() {
        this.state.ending = false;
        if (this.failed) {
            this.answer.stop(_t("A scan could not be taken. Send it again, or dismiss it."));
            return;
        }
        const { count } = this.state;
        this.dialog.add(CountDialog, {
            place: count.location.name,
            whole: Boolean(count.task),
            onFinish: (choices) => this.close(choices),
        });
    }

    async close(choices) {
        const { id } = this.state.count;
        const end = await this.call("trace.count", "trace_count_finish", [[id]], choices);
        if (end?.done) {
            this.state.end = end;
            this.answer.show({ verdict: "good", message: end.message });
        } else if (end) {
            this.answer.stop(end.message);
        }
    }

    next() {
        Object.assign(this.state, { count: null, end: null, tasks: [] });
        this.props.updateActionState?.({ resId: false });
        this.answer.clear();
        return this.loadTasks();
    }
}

const rowKey = ({ product_id: product, number }) => `${product} ${number}`;

registry.category("actions").add("lot_serial_trace.count", CountScreen);
