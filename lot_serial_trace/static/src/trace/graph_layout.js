// Where each box of a trace stands: columns by level, boxes near what they are joined to.
// Needs nothing of Odoo.

export const SIZES = {
    lot: [196, 46],
    operation: [150, 34],
    supplier: [180, 46],
    customer: [180, 46],
    group: [196, 58],
    head: [196, 26],
    more: [196, 30],
};
const COLUMN_GAP = 52;
const GAP = 10;
const BLOCK_GAP = 24;

/**
 * Gives every box `x`, `y`, `width` and `height`, and every link its ends.
 *
 * @param {{nodes: Map, links: Array}} picture of `drawn`
 * @returns {{nodes: Array, links: Array, bounds: {x, y, width, height}, columns: Array}}
 */
export function layout({ nodes, links }) {
    const boxes = new Map();
    for (const node of nodes.values()) {
        const [width, height] = SIZES[node.kind === "node" ? node.type : node.kind];
        boxes.set(node.key, { ...node, width, height, x: 0, y: 0 });
    }
    const columns = columnsOf(boxes);
    const near = neighbours(boxes, links);
    for (const column of outwards(columns)) {
        placeColumn(column, near);
    }
    const joined = links.map((link) => ends(link, boxes.get(link.from), boxes.get(link.to)));
    const placed = [...boxes.values()];
    return { nodes: placed, links: joined, bounds: boundsOf(placed), columns };
}

/** Columns from left to right, empty ones left out. */
function columnsOf(boxes) {
    const found = new Map();
    for (const box of boxes.values()) {
        const column = found.get(box.column) || { number: box.column, boxes: [], width: 0 };
        column.boxes.push(box);
        column.width = Math.max(column.width, box.width);
        found.set(box.column, column);
    }
    const columns = [...found.values()].sort((a, b) => a.number - b.number);
    let x = 0;
    for (const column of columns) {
        column.x = x;
        x += column.width + COLUMN_GAP;
        for (const box of column.boxes) {
            box.x = column.x + (column.width - box.width) / 2;
        }
    }
    return columns;
}

/** The asked lots first, then what is next to them, and on to both ends. */
function outwards(columns) {
    return [...columns].sort((a, b) => Math.abs(a.number) - Math.abs(b.number));
}

function neighbours(boxes, links) {
    const near = new Map([...boxes.keys()].map((key) => [key, []]));
    for (const { from, to } of links) {
        near.get(from).push(boxes.get(to));
        near.get(to).push(boxes.get(from));
    }
    return near;
}

/**
 * Puts the boxes of a column as near as there is room to what they are joined to: single boxes to
 * its middle, boxes of many to the heads of what they are joined to. So unfolding a group moves
 * nothing but what stands below it.
 */
function placeColumn(column, near) {
    const wanted = new Map();
    for (const box of column.boxes) {
        const placed = near.get(box.key).filter((other) => other.isPlaced);
        const middles = placed.map((other) =>
            box.kind === "node" ? other.y + other.height / 2 : other.line,
        );
        wanted.set(box.key, middles.length ? mean(middles) : null);
    }
    const blocks = blocksOf(column.boxes, wanted);
    blocks.sort((a, b) => a.wanted - b.wanted);
    const tops = spread(
        blocks.map((block) => block.wanted - block.line),
        blocks.map((block) => block.height + BLOCK_GAP),
    );
    blocks.forEach((block, i) => stack(block, tops[i]));
}

/** Boxes of one group stand together. */
function blocksOf(boxes, wanted) {
    const groups = new Map();
    for (const box of boxes) {
        const block = groups.get(box.group) || { boxes: [] };
        block.boxes.push(box);
        groups.set(box.group, block);
    }
    for (const block of groups.values()) {
        const known = block.boxes.map((box) => wanted.get(box.key)).filter((y) => y !== null);
        block.wanted = known.length ? mean(known) : 0;
        if (block.boxes.some((box) => box.kind === "head")) {
            block.wanted = mean(known.length ? [Math.min(...known)] : [0]);
        }
        block.boxes = ordered(block.boxes, wanted, block.wanted);
        const heights = block.boxes.reduce((sum, box) => sum + box.height, 0);
        block.height = heights + GAP * (block.boxes.length - 1);
        const [first] = block.boxes;
        block.line = first.kind === "head" ? first.height / 2 : block.height / 2;
    }
    return [...groups.values()];
}

/** The head first, the rest last, between them by what they are joined to. */
function ordered(boxes, wanted, usual) {
    const rank = { head: -1, more: 1 };
    const place = (box) => rank[box.kind] || 0;
    const middle = (box) => wanted.get(box.key) ?? usual;
    return boxes
        .map((box, i) => [box, i])
        .sort(
            ([a, i], [b, j]) =>
                place(a) - place(b) || (place(a) ? 0 : middle(a) - middle(b)) || i - j,
        )
        .map(([box]) => box);
}

function stack(block, top) {
    let y = top;
    for (const box of block.boxes) {
        box.y = y;
        box.line = top + block.line;
        box.isPlaced = true;
        y += box.height + GAP;
    }
}

/**
 * Moves things that want to stand at `wanted` apart, each `room` from the next, as little as
 * possible in sum of squares; their order stays.
 *
 * @param {number[]} wanted in rising order
 * @param {number[]} room how far the next one stands at least
 * @returns {number[]}
 */
export function spread(wanted, room) {
    // Taken off by how much stands before it, all that is asked for is a rising order: pools of
    // neighbours that are in each other's way share their mean.
    const before = [];
    let sum = 0;
    for (const height of room) {
        before.push(sum);
        sum += height;
    }
    const pools = [];
    wanted.forEach((y, i) => {
        let pool = { total: y - before[i], count: 1 };
        while (pools.length && pools.at(-1).total / pools.at(-1).count > pool.total / pool.count) {
            const last = pools.pop();
            pool = { total: pool.total + last.total, count: pool.count + last.count };
        }
        pools.push(pool);
    });
    const places = pools.flatMap(({ total, count }) => Array(count).fill(total / count));
    return places.map((place, i) => place + before[i]);
}

function ends(link, from, to) {
    const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
    const [x2, y2] = [to.x, to.y + to.height / 2];
    const bend = Math.max(30, Math.abs(x2 - x1) / 2);
    const path = `M${r(x1)} ${r(y1)}C${r(x1 + bend)} ${r(y1)} ${r(x2 - bend)} ${r(y2)} ${r(x2)} ${r(y2)}`;
    return { ...link, x1, y1, x2, y2, path };
}

function boundsOf(boxes) {
    if (!boxes.length) {
        return { x: 0, y: 0, width: 1, height: 1 };
    }
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y, width, height } of boxes) {
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + width);
        bottom = Math.max(bottom, y + height);
    }
    return { x: left, y: top, width: right - left, height: bottom - top };
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const r = (number) => Math.round(number * 10) / 10;
