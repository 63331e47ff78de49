// A trace as a graph: what the server answered, and what of it is drawn. Needs nothing of Odoo.

/** So many of a kind in one column are drawn one by one; more of them are folded to one box. */
export const FOLD = 6;
/** So many of an unfolded group are shown at first, and so many more at a time. */
export const PAGE = 50;

/** Lots that need a look stand first in their group. */
const TROUBLE = { recalled: 0, held: 1, partial: 2 };

/**
 * All nodes and links of an answer, by column: suppliers at the left, what the asked lots were
 * made of, the asked lots, what became of them, customers at the right. Operations stand in the
 * columns between lots.
 *
 * @typedef {{key: string, type: "lot"|"operation"|"supplier"|"customer", column: number,
 *   group: string, label: string, level: number}} GraphNode
 */
export class TraceGraph {
    /** @param {Object} answer of `trace.explorer.explore` */
    constructor(answer, { now = "" } = {}) {
        this.answer = answer;
        this.nodes = new Map();
        this.links = [];
        this.next = new Map();
        this.previous = new Map();
        this.asked = new Set(answer.asked);
        for (const lot of answer.lots) {
            this.addLot(lot, now);
        }
        for (const operation of answer.operations) {
            this.addOperation(operation);
        }
        this.addPartners();
    }

    addLot(lot, now) {
        const product = this.answer.products[lot.product];
        this.add({
            key: `lot:${lot.id}`,
            type: "lot",
            id: lot.id,
            column: 2 * lot.level,
            level: lot.level,
            group: `lot:${lot.level}:${product.id}`,
            groupLabel: product.name,
            label: lot.name,
            detail: product.name,
            status: lot.status,
            expired: Boolean(lot.expires && now && lot.expires < now),
            isAsked: this.asked.has(lot.id),
            lot,
            product,
        });
    }

    addOperation(operation) {
        const inputs = operation.inputs.map((id) => this.nodes.get(`lot:${id}`)).filter(Boolean);
        const outputs = operation.outputs.map((id) => this.nodes.get(`lot:${id}`)).filter(Boolean);
        const column = columnOf(operation.way, inputs, outputs);
        if (column === null) {
            return;
        }
        const node = {
            key: `op:${operation.way}:${operation.kind}:${operation.id}`,
            type: "operation",
            id: operation.id,
            kind: operation.kind,
            column,
            level: column / 2,
            group: `op:${column}:${operation.kind}`,
            groupLabel: operation.kind,
            label: operation.name || `#${operation.id}`,
            operation,
        };
        this.add(node);
        inputs.forEach((lot) => this.link(lot, node));
        outputs.forEach((lot) => this.link(node, lot));
    }

    addPartners() {
        const columns = [...this.nodes.values()].map((node) => node.column);
        const ends = {
            supplier: Math.min(0, ...columns) - 1,
            customer: Math.max(0, ...columns) + 1,
        };
        for (const flow of this.answer.flows) {
            const lot = this.nodes.get(`lot:${flow.lot}`);
            if (!lot) {
                continue;
            }
            const partner = this.partner(flow, ends[flow.way]);
            partner.flows.push(flow);
            if (flow.way === "supplier") {
                this.link(partner, lot);
            } else {
                this.link(lot, partner);
            }
        }
    }

    partner(flow, column) {
        const key = `${flow.way}:${flow.partner}`;
        if (!this.nodes.has(key)) {
            const partner = this.answer.partners[flow.partner];
            this.add({
                key,
                type: flow.way,
                id: partner.id,
                column,
                level: Math.ceil(column / 2),
                group: flow.way,
                groupLabel: flow.way,
                label: partner.name,
                flows: [],
            });
        }
        return this.nodes.get(key);
    }

    add(node) {
        this.nodes.set(node.key, node);
    }

    link(from, to) {
        this.links.push([from.key, to.key]);
        push(this.next, from.key, to.key);
        push(this.previous, to.key, from.key);
    }

    /** Keys of everything before and behind some nodes: their whole way. */
    way(keys) {
        return new Set([...this.follow(keys, this.next), ...this.follow(keys, this.previous)]);
    }

    follow(starts, following) {
        const seen = new Set(starts);
        const waiting = [...starts];
        while (waiting.length) {
            for (const key of following.get(waiting.pop()) || []) {
                if (!seen.has(key)) {
                    seen.add(key);
                    waiting.push(key);
                }
            }
        }
        return seen;
    }

    /** How many levels there are before and behind the asked lots. */
    get depth() {
        let back = 0;
        let forth = 0;
        for (const { level } of this.answer.lots) {
            back = Math.max(back, -level);
            forth = Math.max(forth, level);
        }
        return { back, forth };
    }
}

/** Operations stand between what went in and what came out. */
function columnOf(way, inputs, outputs) {
    const levels = (lots) => lots.map((lot) => lot.level);
    if (way === "forward" && inputs.length) {
        return 2 * Math.min(...levels(inputs).map((level) => Math.max(level, 0))) + 1;
    }
    if (way === "backward" && outputs.length) {
        return 2 * Math.max(...levels(outputs).map((level) => Math.min(level, 0))) - 1;
    }
    return null;
}

function push(lists, key, value) {
    const list = lists.get(key);
    if (list) {
        list.push(value);
    } else {
        lists.set(key, [value]);
    }
}

/**
 * What of a graph is drawn: single nodes, boxes that stand for a folded group, a head above each
 * unfolded group and a box for what is still to be unfolded of it.
 *
 * @param {TraceGraph} graph
 * @param {{shown?: Object<string, number>, depth?: number}} options `shown`: how many of a group
 *  are unfolded (0: folded); `depth`: levels before and behind the asked lots, all if absent
 * @returns {{nodes: Map, links: Array<{from: string, to: string, count: number}>, box: Map}} `box`:
 *  key of a node -> key of the box that stands for it
 */
export function drawn(graph, { shown = {}, depth = Infinity } = {}) {
    const nodes = new Map();
    const box = new Map();
    for (const members of grouped(graph, depth).values()) {
        for (const node of boxes(members, shown[members[0].group], box)) {
            nodes.set(node.key, node);
        }
    }
    return { nodes, links: joined(graph.links, box), box };
}

function grouped(graph, depth) {
    const groups = new Map();
    for (const node of graph.nodes.values()) {
        if (Math.abs(node.level) <= depth) {
            push(groups, `${node.column}|${node.group}`, node);
        }
    }
    return groups;
}

function boxes(members, wanted, box) {
    const { column, group, groupLabel, type } = members[0];
    const about = { column, group, type, groupLabel, total: members.length };
    const count = wanted ?? (members.length > FOLD ? 0 : members.length);
    const sorted = count < members.length ? [...members].sort(byTrouble) : members;
    const single = sorted.slice(0, count);
    const rest = sorted.slice(count);
    single.forEach((node) => box.set(node.key, node.key));
    const made = [];
    if (members.length > FOLD && count) {
        made.push({ ...about, key: `head:${column}:${group}`, kind: "head" });
    }
    made.push(...single.map((node) => ({ ...node, kind: "node", operationKind: node.kind })));
    if (rest.length) {
        const key = `${count ? "more" : "group"}:${column}:${group}`;
        rest.forEach((node) => box.set(node.key, key));
        made.push({ ...about, key, kind: count ? "more" : "group", rest, shown: count });
    }
    return made;
}

function byTrouble(a, b) {
    const rank = (node) => (node.isAsked ? -1 : (TROUBLE[node.status] ?? (node.expired ? 3 : 4)));
    return rank(a) - rank(b);
}

/** Links between what is drawn, each pair once. */
function joined(links, box) {
    const pairs = new Map();
    for (const [source, target] of links) {
        const from = box.get(source);
        const to = box.get(target);
        if (from && to && from !== to) {
            const key = `${from}>${to}`;
            const pair = pairs.get(key);
            if (pair) {
                pair.count++;
            } else {
                pairs.set(key, { key, from, to, count: 1 });
            }
        }
    }
    return [...pairs.values()];
}
