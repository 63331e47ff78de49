import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { placesTree, treemap } from "./places_model";
import { amount, count, day, lotsWords, quantity } from "./words";

/** Size of the map in which rectangles are laid; shown in per cent of it. */
const MAP = [1000, 420];
/** Numbers that are named below a place. */
const NAMES = 12;

/** What is where now: a map whose areas are quantities, and the tree of places behind it. */
export class PlacesView extends Component {
    static template = "lot_serial_trace.PlacesView";
    static props = {
        lots: Array,
        names: Object,
        onSelectLot: Function,
        onOpenDocument: Function,
    };

    setup() {
        this.orm = useService("orm").silent;
        this.state = useState({ rows: [], states: {}, missing: [], busy: true, error: "" });
        this.open = useState({});
        this.zoom = useState({ path: [] });
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((next) => {
            if (next.lots !== this.props.lots) {
                this.load(next);
            }
        });
    }

    async load({ lots } = this.props) {
        const asked = (this.asked = {});
        Object.assign(this.state, { busy: true, error: "" });
        try {
            const found = await this.orm.call("trace.explorer", "places", [lots]);
            if (asked === this.asked) {
                Object.assign(this.state, found);
                this.zoom.path = [];
                this.tree = placesTree(found.rows, found.states);
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        this.state.busy = asked === this.asked ? false : this.state.busy;
    }

    // -- map ------------------------------------------------------------------

    /** The place into which the map was zoomed, as the way to it. */
    get path() {
        const path = [];
        let nodes = this.tree || [];
        for (const key of this.zoom.path) {
            const node = nodes.find((one) => one.key === key);
            if (!node) {
                break;
            }
            path.push(node);
            nodes = node.children;
        }
        return path;
    }

    get areas() {
        const nodes = this.path.length ? this.path.at(-1).children : this.tree || [];
        const items = nodes.map((node) => ({ node, weight: Math.max(node.quantity, 0) }));
        return treemap(items, ...MAP).map(({ item, x, y, width, height }) => ({
            ...item.node,
            style: [
                `left:${(x / MAP[0]) * 100}%`,
                `top:${(y / MAP[1]) * 100}%`,
                `width:${(width / MAP[0]) * 100}%`,
                `height:${(height / MAP[1]) * 100}%`,
            ].join(";"),
        }));
    }

    enter(area) {
        if (area.children.length) {
            this.zoom.path = [...this.zoom.path, area.key];
        }
        this.open[area.key] = true;
    }

    leave(depth) {
        this.zoom.path = this.zoom.path.slice(0, depth);
    }

    // -- tree -----------------------------------------------------------------

    /** The tree as lines, closed branches left out. */
    get lines() {
        const lines = [];
        const visit = (node, depth, whole) => {
            const isOpen = this.open[node.key] ?? depth < 1;
            const share = whole > 0 ? Math.max(0, Math.min(1, node.quantity / whole)) : 0;
            lines.push({ ...node, depth, isOpen, share: `${Math.round(share * 100)}%` });
            if (isOpen) {
                node.children.forEach((one) => visit(one, depth + 1, whole));
            }
        };
        for (const root of this.tree || []) {
            visit(root, 0, root.quantity);
        }
        return lines;
    }

    toggle(line) {
        this.open[line.key] = !line.isOpen;
    }

    namesOf(row) {
        return row.lots.slice(0, NAMES).map((id) => ({ id, name: this.props.names[id] || id }));
    }

    more(row) {
        return Math.max(0, row.lots.length - NAMES);
    }

    openPlace(row) {
        const [model, id] = row.partner_id
            ? ["res.partner", row.partner_id]
            : ["stock.location", row.place_id];
        return this.props.onOpenDocument(model, id);
    }

    amount = amount;
    quantity = quantity;
    count = count;
    lotsWords = lotsWords;
    day = day;
}
