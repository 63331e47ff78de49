// What is where, as a tree of places and as a map. Needs nothing of Odoo.

/**
 * A tree of places with what lies in each and below it.
 *
 * @param {Array<Object>} rows of `trace.explorer.places`
 * @param {Object<string, string>} states
 * @returns {Array<Object>} one root for each state: `{key, label, state, quantity, lots, reserved,
 *  children, rows}`
 */
export function placesTree(rows, states) {
    const roots = new Map();
    for (const row of rows) {
        const path = row.place.length ? row.place : [row.partner].filter(Boolean);
        let node = child(roots, row.state, states[row.state] || row.state, row.state);
        add(node, row);
        path.forEach((label) => {
            node = child(node.byLabel, label, label, row.state, node.key);
            add(node, row);
        });
        node.rows.push(row);
        node.placeId = row.place_id;
        node.partnerId = row.partner_id;
    }
    const order = Object.keys(states);
    return settle(roots).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

function child(nodes, name, label, state, parent = "") {
    if (!nodes.has(name)) {
        nodes.set(name, {
            key: `${parent}/${name}`,
            label,
            state,
            quantity: 0,
            reserved: 0,
            lotIds: new Set(),
            units: new Set(),
            byLabel: new Map(),
            rows: [],
        });
    }
    return nodes.get(name);
}

function add(node, row) {
    node.quantity += row.quantity;
    node.reserved += row.reserved;
    node.units.add(row.uom);
    row.lots.forEach((id) => node.lotIds.add(id));
}

function settle(nodes) {
    return [...nodes.values()]
        .map(({ byLabel, lotIds, units, ...node }) => ({
            ...node,
            lots: lotIds.size,
            // A sum over different units says nothing.
            uom: units.size === 1 ? [...units][0] : "",
            children: settle(byLabel),
        }))
        .sort((a, b) => b.quantity - a.quantity || a.label.localeCompare(b.label));
}

/**
 * Rectangles side by side whose areas are as the weights, as square as possible (squarified
 * treemap).
 *
 * @param {Array<{weight: number}>} items
 * @returns {Array<{item, x, y, width, height}>}
 */
export function treemap(items, width, height) {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    if (!total || width <= 0 || height <= 0) {
        return [];
    }
    const scale = (width * height) / total;
    const left = items
        .filter(({ weight }) => weight > 0)
        .sort((a, b) => b.weight - a.weight)
        .map((item) => ({ item, area: item.weight * scale }));
    const room = { x: 0, y: 0, width, height };
    const placed = [];
    while (left.length) {
        const side = Math.min(room.width, room.height);
        let row = [left.shift()];
        while (left.length && worst([...row, left[0]], side) <= worst(row, side)) {
            row = [...row, left.shift()];
        }
        placed.push(...layRow(row, room));
    }
    return placed;
}

function worst(row, side) {
    const areas = row.map(({ area }) => area);
    const sum = areas.reduce((total, area) => total + area, 0);
    const square = side * side;
    return Math.max(
        (square * Math.max(...areas)) / sum ** 2,
        sum ** 2 / (square * Math.min(...areas)),
    );
}

/** Lays a row along the shorter side of the room, and takes it off the room. */
function layRow(row, room) {
    const sum = row.reduce((total, { area }) => total + area, 0);
    const upright = room.width >= room.height;
    const depth = sum / (upright ? room.height : room.width);
    let at = upright ? room.y : room.x;
    const placed = row.map(({ item, area }) => {
        const length = area / depth;
        const box = upright
            ? { item, x: room.x, y: at, width: depth, height: length }
            : { item, x: at, y: room.y, width: length, height: depth };
        at += length;
        return box;
    });
    if (upright) {
        room.x += depth;
        room.width -= depth;
    } else {
        room.y += depth;
        room.height -= depth;
    }
    return placed;
}
