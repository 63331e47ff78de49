import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { byDay, withGaps } from "./timeline_model";
import { amount, clock, count, day, quantity, when } from "./words";

const PAGE = 200;

const ICONS = {
    hold: "fa-hand-paper-o",
    release: "fa-check",
    override: "fa-unlock-alt",
    number: "fa-pencil",
    packing: "fa-archive",
};
const STEPS = {
    receiving: "fa-sign-in",
    shipping: "fa-truck",
    retail_selling: "fa-shopping-bag",
    storing: "fa-cubes",
    commissioning: "fa-wrench",
    disassembling: "fa-chain-broken",
    installing: "fa-medkit",
    removing: "fa-medkit",
    destroying: "fa-trash",
    cycle_counting: "fa-calculator",
    holding: "fa-hand-paper-o",
};

/** What happened to lots, day by day, and where nothing is known. */
export class TimelineView extends Component {
    static template = "lot_serial_trace.TimelineView";
    static props = { lots: Array, onOpenDocument: Function, onSelectLot: Function };

    setup() {
        this.orm = useService("orm").silent;
        this.state = useState({ rows: [], next: false, busy: false, newest: false, error: "" });
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((next) => {
            if (next.lots !== this.props.lots) {
                this.load(next);
            }
        });
    }

    /** Reads from the start, or on where the last page ended. */
    async load({ lots } = this.props, after = null) {
        const asked = (this.asked = {});
        Object.assign(this.state, { busy: true, error: "" });
        try {
            const page = await this.orm.call("trace.explorer", "events", [lots], {
                after,
                limit: PAGE,
                newest: this.state.newest,
            });
            if (asked === this.asked) {
                this.state.rows = after ? [...this.state.rows, ...page.rows] : page.rows;
                this.state.next = page.next;
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        this.state.busy = asked === this.asked ? false : this.state.busy;
    }

    more() {
        return this.load(this.props, this.state.next);
    }

    turn() {
        this.state.newest = !this.state.newest;
        return this.load();
    }

    get days() {
        const { newest, rows } = this.state;
        const told = withGaps(newest ? [...rows].reverse() : rows);
        return byDay(newest ? told.reverse() : told, day);
    }

    get manyLots() {
        return this.props.lots.length > 1;
    }

    icon({ kind, biz_step: step }) {
        return ICONS[kind] || STEPS[step] || "fa-circle-o";
    }

    tone({ kind, disposition, biz_step: step }) {
        if (kind === "hold" || kind === "override" || step === "destroying") {
            return "stop";
        }
        return kind === "number" || disposition === "returned" ? "warn" : "";
    }

    way({ source_name: from, dest_name: to }) {
        return [from, to].filter(Boolean).join(" → ");
    }

    partner(row) {
        return (row.source_usage === "supplier" && row.supplier_name) || row.partner_name || "";
    }

    amount = amount;
    quantity = quantity;
    clock = clock;
    count = count;
    when = when;
}
