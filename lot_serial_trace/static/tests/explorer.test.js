import { expect, test } from "@odoo/hoot";
import { layout, spread } from "@lot_serial_trace/trace/graph_layout";
import { drawn, FOLD, PAGE, TraceGraph } from "@lot_serial_trace/trace/graph_model";
import { placesTree, treemap } from "@lot_serial_trace/trace/places_model";
import {
    grouped,
    lotRows,
    matching,
    partnerRows,
    sorted,
} from "@lot_serial_trace/trace/table_model";
import { byDay, withGaps } from "@lot_serial_trace/trace/timeline_model";
import * as viewport from "@lot_serial_trace/trace/viewport";

const NAME = "@lot_serial_trace";

/** A raw lot that became `count` finished ones, sold to two customers. */
function answer(count = 20) {
    const lot = (id, name, product, level, more) => ({
        id,
        name,
        product,
        level,
        status: "free",
        expires: false,
        on_hand: 0,
        ...more,
    });
    const made = [...Array(count).keys()].map((i) => lot(100 + i, `F${i + 1}`, 1, 1));
    return {
        asked: [1],
        products: [
            { id: 7, name: "Milk", uom: "kg" },
            { id: 8, name: "Cheese", uom: "Units" },
        ],
        lots: [lot(1, "M1", 0, 0), lot(2, "R1", 0, -1, { status: "held" }), ...made],
        operations: [
            { kind: "production", id: 5, name: "MO/5", way: "backward", inputs: [2], outputs: [1] },
            ...made.map(({ id }) => ({
                kind: "production",
                id,
                name: `MO/${id}`,
                way: "forward",
                inputs: [1],
                outputs: [id],
            })),
        ],
        partners: [
            { id: 3, name: "Farm" },
            { id: 4, name: "Shop A" },
            { id: 9, name: "Shop B" },
        ],
        flows: [
            { lot: 2, partner: 0, way: "supplier", quantity: 10, back: 0 },
            ...made.map(({ id }, i) => ({
                lot: id,
                partner: 1 + (i % 2),
                way: "customer",
                quantity: 2,
                back: i ? 0 : 1,
            })),
        ],
        total: count + 2,
        more: 0,
    };
}

test(`${NAME} suppliers stand left, the asked lot in the middle, customers right`, () => {
    const graph = new TraceGraph(answer(2));
    const column = (key) => graph.nodes.get(key).column;
    expect(["supplier:0", "lot:2", "op:backward:production:5", "lot:1"].map(column)).toEqual([
        -3, -2, -1, 0,
    ]);
    expect(["op:forward:production:100", "lot:100", "customer:1"].map(column)).toEqual([1, 2, 3]);
    expect(graph.depth).toEqual({ back: 1, forth: 1 });
});

test(`${NAME} the whole way of a lot is what is before and behind it, and nothing else`, () => {
    const graph = new TraceGraph(answer(3));
    const way = graph.way(["lot:100"]);
    for (const key of ["supplier:0", "lot:2", "lot:1", "op:forward:production:100", "customer:1"]) {
        expect(way.has(key)).toBe(true);
    }
    expect(way.has("lot:101")).toBe(false);
    expect(way.has("customer:2")).toBe(false);
});

test(`${NAME} many of a kind are one box, and are unfolded page by page`, () => {
    const graph = new TraceGraph(answer(200));
    const kinds = (shown) => {
        const boxes = [...drawn(graph, { shown }).nodes.values()];
        return boxes.filter((box) => box.group === "lot:1:8").map((box) => box.kind);
    };
    expect(kinds({})).toEqual(["group"]);
    const unfolded = kinds({ "lot:1:8": PAGE });
    expect(unfolded.at(0)).toBe("head");
    expect(unfolded.at(-1)).toBe("more");
    expect(unfolded.filter((kind) => kind === "node").length).toBe(PAGE);
    expect(kinds({ "lot:1:8": 500 }).length).toBe(201);
    expect(kinds({ "lot:1:8": 0 })).toEqual(["group"]);
});

test(`${NAME} links to a folded group are one link that tells how many they are`, () => {
    const graph = new TraceGraph(answer(FOLD + 1));
    const { links } = drawn(graph);
    const toGroup = links.filter((link) => link.to === "group:2:lot:1:8");
    expect(toGroup.map((link) => link.count)).toEqual([FOLD + 1]);
});

test(`${NAME} lots that need a look stand first when only some are shown`, () => {
    const many = answer(60);
    many.lots.at(-1).status = "recalled";
    const { nodes } = drawn(new TraceGraph(many), { shown: { "lot:1:8": 1 } });
    const single = [...nodes.values()].filter((box) => box.group === "lot:1:8");
    expect(single.find((box) => box.kind === "node").label).toBe("F60");
});

test(`${NAME} steps cut off what is farther away`, () => {
    const graph = new TraceGraph(answer(2));
    const keys = [...drawn(graph, { depth: 0 }).nodes.keys()];
    expect(keys).toEqual(["lot:1"]);
});

test(`${NAME} boxes never overlap, and unfolding moves nothing in other columns`, () => {
    const graph = new TraceGraph(answer(80));
    const folded = layout(drawn(graph));
    const open = layout(drawn(graph, { shown: { "lot:1:8": PAGE } }));
    for (const column of open.columns) {
        const boxes = [...column.boxes].sort((a, b) => a.y - b.y);
        boxes.slice(1).forEach((box, i) => {
            expect(box.y >= boxes[i].y + boxes[i].height).toBe(true);
        });
    }
    const place = (picture, key) => picture.nodes.find((box) => box.key === key).y;
    for (const key of ["lot:1", "lot:2", "supplier:0", "group:1:op:1:production"]) {
        expect(place(open, key)).toBe(place(folded, key));
    }
});

test(`${NAME} links begin at the right of one box and end at the left of the next`, () => {
    const { nodes, links } = layout(drawn(new TraceGraph(answer(1))));
    const box = (key) => nodes.find((one) => one.key === key);
    for (const { from, to, x1, x2 } of links) {
        expect(x1).toBe(box(from).x + box(from).width);
        expect(x2).toBe(box(to).x);
    }
});

test(`${NAME} what is in each other's way is spread around where it wants to be`, () => {
    expect(spread([0, 0, 0], [10, 10, 10])).toEqual([-10, 0, 10]);
    expect(spread([0, 100], [10, 10])).toEqual([0, 100]);
    expect(spread([], [])).toEqual([]);
});

test(`${NAME} thousands of lots are laid out at once`, () => {
    const graph = new TraceGraph(answer(4000));
    const shown = { "lot:1:8": 1e6, "op:1:production": 1e6 };
    const { nodes } = layout(drawn(graph, { shown }));
    expect(nodes.length > 8000).toBe(true);
    const area = viewport.seen({ x: 0, y: 0, k: 1 }, { width: 1400, height: 700 });
    expect(viewport.boxesIn(nodes, area).length < 200).toBe(true);
});

test(`${NAME} zooming keeps the point under the pointer`, () => {
    const view = { x: 10, y: 20, k: 1 };
    const near = viewport.zoomed(view, 2, 110, 220);
    expect([(110 - near.x) / near.k, (220 - near.y) / near.k]).toEqual([100, 200]);
    expect(viewport.zoomed(view, 1e9, 0, 0).k).toBe(viewport.NEAREST);
    expect(viewport.zoomed(view, 1e-9, 0, 0).k).toBe(viewport.FARTHEST);
});

test(`${NAME} a fitted picture is all in sight`, () => {
    const bounds = { x: -500, y: -80, width: 3000, height: 900 };
    const size = { width: 1000, height: 600 };
    const area = viewport.seen(viewport.fit(bounds, size), size);
    expect(area.left <= -500 && area.right >= 2500).toBe(true);
    expect(area.top <= -80 && area.bottom >= 820).toBe(true);
});

test(`${NAME} of too many lines those with an end in sight are drawn`, () => {
    const area = { left: 0, top: 0, right: 100, bottom: 100 };
    const through = [...Array(10).keys()].map(() => ({ x1: -50, y1: 50, x2: 150, y2: 50 }));
    const here = { x1: 50, y1: 50, x2: 150, y2: 50 };
    expect(viewport.linksIn([...through, here], area).length).toBe(11);
    expect(viewport.linksIn([...through, here], area, 5)).toEqual([here]);
});

test(`${NAME} arrow keys follow links sideways and the column up and down`, () => {
    const { nodes, links } = layout(drawn(new TraceGraph(answer(3))));
    const box = (key) => nodes.find((one) => one.key === key);
    const go = (from, key) => viewport.neighbour(nodes, links, box(from), key)?.key;
    expect(go("lot:1", "ArrowLeft")).toBe("op:backward:production:5");
    expect(go("lot:100", "ArrowDown")).toBe("lot:101");
    expect(go("lot:101", "ArrowUp")).toBe("lot:100");
    expect(go("supplier:0", "ArrowLeft")).toBe(undefined);
});

function event(id, time, from, to, more) {
    return {
        id,
        kind: "movement",
        event_time: time,
        lot_id: 1,
        lot_name: "S1",
        tracking: "serial",
        source_id: from,
        source_name: `P${from}`,
        source_usage: "internal",
        dest_id: to,
        dest_name: `P${to}`,
        dest_usage: "internal",
        quantity: 1,
        ...more,
    };
}

test(`${NAME} the timeline says where nothing is known`, () => {
    const rows = withGaps([
        event(1, "2026-01-01 10:00:00", 0, 1, { source_usage: "supplier" }),
        event(2, "2026-01-02 10:00:00", 1, 2),
        event(3, "2026-03-02 10:00:00", 9, 3),
    ]);
    expect(rows.map((row) => row.type)).toEqual(["event", "event", "quiet", "jump", "event"]);
    expect(rows[2].days).toBe(59);
    expect([rows[3].from, rows[3].to]).toEqual(["P2", "P9"]);
});

test(`${NAME} some of a lot may have stayed where it was; a serial number may not`, () => {
    const lot = { tracking: "lot" };
    const moves = [
        [0, 1, { source_usage: "supplier" }],
        [1, 2],
        [1, 3],
    ];
    const told = (more) =>
        withGaps(
            moves.map(([from, to, extra], i) =>
                event(i, `2026-01-0${i + 1} 10:00:00`, from, to, { ...more, ...extra }),
            ),
        ).filter((row) => row.type === "jump").length;
    expect(told(lot)).toBe(0);
    expect(told({})).toBe(1);
});

test(`${NAME} events stand by day, gaps with the day before them`, () => {
    const rows = withGaps([
        event(1, "2026-01-01 10:00:00", 0, 1, { source_usage: "supplier" }),
        event(2, "2026-02-02 10:00:00", 1, 2),
    ]);
    const days = byDay(rows, (moment) => moment.slice(0, 10));
    expect(days.map(({ day, rows: told }) => [day, told.length])).toEqual([
        ["2026-01-01", 2],
        ["2026-02-02", 1],
    ]);
});

test(`${NAME} the table counts, sorts as people do, and finds words`, () => {
    const graph = new TraceGraph(answer(12));
    const rows = lotRows(graph);
    expect(
        sorted(rows, "name")
            .map((row) => row.name)
            .slice(0, 3),
    ).toEqual(["F1", "F2", "F3"]);
    expect(matching(rows, "cheese shop a").length).toBe(6);
    expect(rows.find((row) => row.name === "F1").sent).toBe(1);
    const groups = grouped(rows, (row) => [row.product, row.product]);
    expect(groups.map((group) => [group.label, group.rows.length])).toEqual([
        ["Milk", 2],
        ["Cheese", 12],
    ]);
});

test(`${NAME} who got what`, () => {
    const rows = partnerRows(new TraceGraph(answer(4))).filter((row) => row.way === "customer");
    const groups = grouped(rows, (row) => [row.partner, row.partner]);
    expect(groups.map((group) => [group.label, group.sent, group.back])).toEqual([
        ["Shop A", 4, 1],
        ["Shop B", 4, 0],
    ]);
});

test(`${NAME} places add up to their parents, and different units to nothing`, () => {
    const row = (place, quantity, uom, lots) => ({
        state: "on_hand",
        place: place.split("/"),
        place_id: 1,
        partner: "",
        partner_id: 0,
        product: uom,
        uom,
        quantity,
        reserved: 0,
        packages: [],
        lots,
    });
    const [root] = placesTree(
        [
            row("WH/Stock/A", 3, "kg", [1]),
            row("WH/Stock/B", 4, "kg", [1, 2]),
            row("WH/Yard", 1, "l", [2]),
        ],
        { on_hand: "On hand" },
    );
    expect([root.label, root.quantity, root.lots, root.uom]).toEqual(["On hand", 8, 2, ""]);
    const [house] = root.children;
    expect(house.children.map((node) => [node.label, node.quantity, node.uom])).toEqual([
        ["Stock", 7, "kg"],
        ["Yard", 1, "l"],
    ]);
});

test(`${NAME} the map fills its room, areas are as the quantities`, () => {
    const boxes = treemap([{ weight: 6 }, { weight: 3 }, { weight: 1 }, { weight: 0 }], 100, 50);
    const areas = boxes.map(({ width, height }) => Math.round(width * height));
    expect(areas).toEqual([3000, 1500, 500]);
    expect(treemap([], 100, 50)).toEqual([]);
});
