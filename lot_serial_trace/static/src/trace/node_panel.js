import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import {
    amount,
    count,
    day,
    kindOf,
    levelWords,
    quantity,
    RECORDS,
    STATUS,
    TONES,
    when,
} from "./words";

/** Lots, operations or partners that are listed. */
const ROWS = 40;

/** What is to be known about the chosen box, and where to go from it. */
export class NodePanel extends Component {
    static template = "lot_serial_trace.NodePanel";
    static props = {
        graph: Object,
        node: Object,
        onSelect: Function,
        onAsk: Function,
        onOpenDocument: Function,
        onClose: Function,
    };

    setup() {
        this.orm = useService("orm").silent;
        this.state = useState({ about: null, busy: false, error: "" });
        onWillStart(() => {
            this.load(this.props.node);
        });
        onWillUpdateProps((next) => {
            if (next.node.key !== this.props.node.key) {
                this.load(next.node);
            }
        });
    }

    async load(node) {
        const asked = (this.asked = {});
        Object.assign(this.state, { about: null, error: "", busy: node.type === "lot" });
        if (node.type !== "lot") {
            return;
        }
        try {
            const about = await this.orm.call("trace.explorer", "about", [node.id]);
            if (asked === this.asked) {
                this.state.about = about;
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        this.state.busy = asked === this.asked ? false : this.state.busy;
    }

    get node() {
        return this.props.node;
    }

    get kind() {
        const { type, operation } = this.node;
        return kindOf(operation ? operation.kind : type);
    }

    get status() {
        const { status, expired } = this.node;
        return expired && status === "free" ? "expired" : status;
    }

    get statusWords() {
        return STATUS[this.status] || this.status;
    }

    get tone() {
        return TONES[this.status] || "good";
    }

    get level() {
        return this.node.type === "lot" ? levelWords(this.node.level) : "";
    }

    /** Which record can be opened, as [model, id]. */
    get record() {
        const { type, id, operation } = this.node;
        if (operation) {
            const model = this.props.graph.answer.records?.[operation.kind];
            return [model || RECORDS[operation.kind], id];
        }
        return type === "lot" ? ["stock.lot", id] : ["res.partner", id];
    }

    /** What is joined to it at both sides. */
    get sides() {
        const { previous, next } = this.props.graph;
        return { before: this.nodes(previous), after: this.nodes(next) };
    }

    nodes(following) {
        const keys = following.get(this.node.key) || [];
        return {
            total: keys.length,
            nodes: keys.slice(0, ROWS).map((key) => this.props.graph.nodes.get(key)),
        };
    }

    /** Goods without a number that an operation used: here the trace has a gap. */
    get untracked() {
        const { untracked } = this.props.graph.answer;
        return (this.node.operation?.untracked || []).map((id) => untracked?.[id] || id).join(", ");
    }

    /** What a partner sent or got, the most first. */
    get flows() {
        const flows = [...(this.node.flows || [])].sort((a, b) => b.quantity - a.quantity);
        return flows.slice(0, ROWS).map((flow) => ({
            ...flow,
            node: this.props.graph.nodes.get(`lot:${flow.lot}`),
        }));
    }

    /** The question that begins with this box. */
    get question() {
        const { type, id, operation } = this.node;
        if (operation) {
            return { operations: [[operation.kind.replace(/_(in|out)$/, ""), id]] };
        }
        return { [type === "lot" ? "lots" : `${type}s`]: [id] };
    }

    amount = amount;
    quantity = quantity;
    count = count;
    day = day;
    when = when;
    kindOf = kindOf;
}
