// Lots of a trace as a table: grouped, sorted, filtered. Needs nothing of Odoo.

/** Rows of one group that are shown at first, and so many more at a time. */
export const ROWS = 60;

/**
 * One row for each lot.
 *
 * @param {import("./graph_model").TraceGraph} graph
 */
export function lotRows(graph) {
    const sent = new Map();
    const partners = new Map();
    for (const flow of graph.answer.flows) {
        const key = `${flow.way}:${flow.lot}`;
        sent.set(key, (sent.get(key) || 0) + flow.quantity - flow.back);
        const names = partners.get(key) || partners.set(key, new Set()).get(key);
        names.add(graph.answer.partners[flow.partner].name);
    }
    const nodes = [...graph.nodes.values()].filter((node) => node.type === "lot");
    return nodes.map((node) => ({
        key: node.key,
        lotId: node.id,
        name: node.label,
        product: node.detail,
        uom: node.product.uom,
        level: node.level,
        status: node.expired && node.status === "free" ? "expired" : node.status,
        expires: node.lot.expires || "",
        onHand: node.lot.on_hand,
        sent: sent.get(`customer:${node.id}`) || 0,
        customers: [...(partners.get(`customer:${node.id}`) || [])],
        suppliers: [...(partners.get(`supplier:${node.id}`) || [])],
    }));
}

/** One row for each partner and lot: who got what, who sent what. */
export function partnerRows(graph) {
    return graph.answer.flows
        .map((flow) => [flow, graph.nodes.get(`lot:${flow.lot}`)])
        .filter(([, node]) => node)
        .map(([flow, node]) => ({
            key: `${flow.way}:${flow.partner}:${flow.lot}`,
            nodeKey: `${flow.way}:${flow.partner}`,
            lotId: node.id,
            name: node.label,
            product: node.detail,
            uom: node.product.uom,
            level: node.level,
            status: node.status,
            way: flow.way,
            partner: graph.answer.partners[flow.partner].name,
            sent: flow.quantity,
            back: flow.back,
            documents: flow.documents,
            first: flow.first,
            last: flow.last,
        }));
}

/** Rows that have all words somewhere. */
export function matching(rows, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) {
        return rows;
    }
    return rows.filter((row) => {
        const all = [row.name, row.product, row.partner, row.status, ...(row.customers || [])];
        const said = [...all, ...(row.suppliers || [])].filter(Boolean).join(" ").toLowerCase();
        return words.every((word) => said.includes(word));
    });
}

/** Rows in the order of a column; numbers as numbers, names as people count: A2 before A10. */
export function sorted(rows, column, down = false) {
    const sign = down ? -1 : 1;
    const compare = new Intl.Collator(undefined, { numeric: true }).compare;
    return [...rows].sort((a, b) => {
        const [x, y] = [a[column], b[column]];
        return sign * (typeof x === "number" ? x - y : compare(String(x), String(y)));
    });
}

/**
 * Groups of rows with their sums, the groups in the order of their keys.
 *
 * @param {(row) => [key, label]} by
 */
export function grouped(rows, by) {
    const groups = new Map();
    for (const row of rows) {
        const [key, label] = by(row);
        const group = groups.get(key) || { key, label, rows: [], onHand: 0, sent: 0, back: 0 };
        group.rows.push(row);
        group.onHand += row.onHand || 0;
        group.sent += row.sent || 0;
        group.back += row.back || 0;
        groups.set(key, group);
    }
    return [...groups.values()];
}
