import {
    Component,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { layout } from "./graph_layout";
import { drawn, PAGE } from "./graph_model";
import * as viewport from "./viewport";
import { boxWords, ICONS, spoken, toneOf } from "./words";

/** More boxes than this in sight are drawn as areas without words. */
const CROWD = 700;
/** Screens around what is seen that are drawn, too: nobody sees the edge while panning. */
const MARGIN = 0.6;
/** Lines that are drawn at once. */
const LINES = 1500;
const STEP = 1.25;

/**
 * The picture of a trace. Only what is in sight is in the page, so that thousands of lots can be
 * unfolded; moving the picture moves one element and draws nothing until new parts come in sight.
 */
export class GraphView extends Component {
    static template = "lot_serial_trace.GraphView";
    static props = {
        graph: Object,
        shown: Object,
        depth: Number,
        selected: { type: [String, { value: null }], optional: true },
        onSelect: Function,
        onShow: Function,
        onOpen: Function,
    };

    setup() {
        this.root = useRef("root");
        this.stage = useRef("stage");
        this.size = { width: 1, height: 1 };
        this.view = { x: 0, y: 0, k: 1 };
        this.pointers = new Map();
        this.state = useState({ boxes: [], links: [], areas: [], says: "", zoom: 100 });
        this.picture = this.draw(this.props);
        onWillUpdateProps((next) => this.update(next));
        onMounted(() => this.start());
        onWillUnmount(() => this.observer?.disconnect());
        useEffect(
            () => this.apply(),
            () => [this.state.boxes],
        );
    }

    // -- drawing --------------------------------------------------------------

    draw({ graph, shown, depth }) {
        const { box, ...picture } = drawn(graph, { shown, depth });
        return { ...layout(picture), box };
    }

    start() {
        this.observer = new ResizeObserver(() => this.measure());
        this.observer.observe(this.root.el);
        this.measure();
        this.fit();
    }

    measure() {
        const { clientWidth: width, clientHeight: height } = this.root.el;
        this.size = { width: Math.max(width, 1), height: Math.max(height, 1) };
        this.cull();
    }

    /** What was unfolded stays where it was on the screen. */
    update(next) {
        if (next.graph !== this.props.graph) {
            this.picture = this.draw(next);
            browser.requestAnimationFrame(() => this.root.el && this.fit());
        } else if (next.shown !== this.props.shown || next.depth !== this.props.depth) {
            const before = this.anchor();
            this.picture = this.draw(next);
            this.keep(before);
        }
        this.cull(next);
    }

    anchor() {
        const group = this.unfolding;
        const box = this.picture.nodes.find((one) => one.key === this.touched);
        return box && { group, column: box.column, x: box.x, y: box.y };
    }

    keep(before) {
        const same = (box) => before && box.group === before.group && box.column === before.column;
        const after = this.picture.nodes.find(
            (box) => same(box) && (box.key === this.touched || box.kind !== "node"),
        );
        if (after) {
            this.view.x += (before.x - after.x) * this.view.k;
            this.view.y += (before.y - after.y) * this.view.k;
        }
    }

    /** Chooses what is in sight, if it is not drawn already. */
    cull(props = this.props) {
        const area = viewport.seen(this.view, this.size, MARGIN);
        this.area = area;
        const boxes = viewport.boxesIn(this.picture.nodes, area);
        const way = this.wayOf(props.selected, props.graph);
        const lit = (link) => way.has(link.from) && way.has(link.to);
        const all = this.picture.links;
        const links = [
            ...viewport.linksIn(way ? all.filter((link) => !lit(link)) : all, area, LINES),
            ...(way ? viewport.linksIn(all.filter(lit), area, LINES) : []),
        ];
        const isCrowd = boxes.length > CROWD;
        this.state.boxes = isCrowd ? [] : boxes.map((box) => this.dressed(box, way, props));
        this.state.areas = isCrowd ? areasOf(boxes, way) : [];
        this.state.links = linesOf(links, way);
        this.state.zoom = Math.round(this.view.k * 100);
        this.apply();
    }

    /** Boxes before and behind the chosen one; null if all are alike. */
    wayOf(selected, graph) {
        const box = selected && this.picture.nodes.find((one) => one.key === selected);
        if (!box) {
            return null;
        }
        const members = box.kind === "node" ? [box.key] : (box.rest || []).map((node) => node.key);
        const way = new Set([box.key]);
        for (const key of graph.way(members)) {
            way.add(this.picture.box.get(key));
        }
        return way;
    }

    dressed(box, way, { selected }) {
        const { tone, words } = toneOf(box);
        return {
            ...box,
            ...boxWords(box),
            tone,
            toneWords: words,
            icon: ICONS[box.type === "operation" ? box.groupLabel : box.type] || "fa-cogs",
            isSelected: box.key === selected,
            isPale: Boolean(way && !way.has(box.key)),
        };
    }

    styleOf({ x, y, width, height }) {
        return `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
    }

    apply() {
        const { x, y, k } = this.view;
        if (this.stage.el) {
            this.stage.el.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
        }
    }

    // -- moving ---------------------------------------------------------------

    look(view) {
        this.view = { ...view };
        this.apply();
        const now = viewport.seen(this.view, this.size);
        const isNearer = Math.abs(Math.log(this.view.k / (this.drawnAt || this.view.k))) > 0.5;
        if (!viewport.covers(this.area, now) || isNearer) {
            this.drawnAt = this.view.k;
            this.cull();
        }
        this.state.zoom = Math.round(this.view.k * 100);
    }

    /** All of it if it can be read then, else the asked lots in the middle. */
    fit() {
        this.measure();
        const whole = viewport.fit(this.picture.bounds, this.size);
        if (whole.k >= viewport.READABLE) {
            return this.look(whole);
        }
        return this.home();
    }

    fitAll() {
        this.look(viewport.fit(this.picture.bounds, this.size));
    }

    home() {
        const middle = this.picture.nodes.find((box) => box.isAsked || box.column === 0);
        if (middle) {
            this.look(viewport.centred(middle, this.size, 0.8));
        }
    }

    zoom(factor) {
        this.look(viewport.zoomed(this.view, factor, this.size.width / 2, this.size.height / 2));
    }

    zoomIn() {
        this.zoom(STEP);
    }

    zoomOut() {
        this.zoom(1 / STEP);
    }

    onWheel(event) {
        const { left, top } = this.root.el.getBoundingClientRect();
        if (event.ctrlKey || event.metaKey || !event.shiftKey) {
            const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016));
            this.look(
                viewport.zoomed(this.view, factor, event.clientX - left, event.clientY - top),
            );
        } else {
            this.look({ ...this.view, x: this.view.x - event.deltaY - event.deltaX });
        }
    }

    onPointerdown(event) {
        if (event.button > 0) {
            return;
        }
        this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        this.moved = false;
    }

    onPointermove(event) {
        const last = this.pointers.get(event.pointerId);
        if (!last) {
            return;
        }
        const now = { x: event.clientX, y: event.clientY };
        const far = Math.hypot(now.x - last.x, now.y - last.y);
        if (!this.moved && far < 4 && this.pointers.size === 1) {
            return;
        }
        if (!this.moved) {
            this.moved = true;
            this.root.el.setPointerCapture(event.pointerId);
        }
        if (this.pointers.size === 2) {
            this.pinch(event.pointerId, last, now);
        } else {
            this.look({
                ...this.view,
                x: this.view.x + now.x - last.x,
                y: this.view.y + now.y - last.y,
            });
        }
        this.pointers.set(event.pointerId, now);
    }

    pinch(id, last, now) {
        const [, other] = [...this.pointers.entries()].find(([key]) => key !== id);
        const { left, top } = this.root.el.getBoundingClientRect();
        const before = Math.hypot(last.x - other.x, last.y - other.y) || 1;
        const after = Math.hypot(now.x - other.x, now.y - other.y) || 1;
        const middle = [(now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top];
        this.look(viewport.zoomed(this.view, after / before, ...middle));
    }

    onPointerup(event) {
        this.pointers.delete(event.pointerId);
    }

    // -- choosing -------------------------------------------------------------

    onClick(event) {
        if (this.moved) {
            this.moved = false;
            return;
        }
        const { left, top } = this.root.el.getBoundingClientRect();
        const x = (event.clientX - left - this.view.x) / this.view.k;
        const y = (event.clientY - top - this.view.y) / this.view.k;
        const key = event.target.closest("[data-box]")?.dataset.box;
        const box = key
            ? this.picture.nodes.find((one) => one.key === key)
            : viewport.boxAt(this.picture.nodes, x, y);
        if (box) {
            this.press(box);
        } else {
            this.props.onSelect(null);
        }
    }

    onDblclick(event) {
        const key = event.target.closest("[data-box]")?.dataset.box;
        const box = this.picture.nodes.find((one) => one.key === key);
        if (box?.kind === "node") {
            this.props.onOpen(this.props.graph.nodes.get(box.key));
        }
    }

    /** A single box is chosen; a box of many is unfolded, its head folds them again. */
    press(box) {
        if (box.kind === "node") {
            this.say(box);
            return this.props.onSelect(box.key);
        }
        this.touched = box.key;
        this.unfolding = box.group;
        const shown = { group: PAGE, more: (box.shown || 0) + 10 * PAGE, head: 0 }[box.kind];
        return this.props.onShow(box.group, shown);
    }

    say(box) {
        this.state.says = spoken(box);
    }

    onKeydown(event) {
        // No letter and no digit: a scanner's first character must reach the search field.
        const moves = {
            "+": () => this.zoom(STEP),
            "-": () => this.zoom(1 / STEP),
            End: () => this.fitAll(),
            Home: () => this.home(),
            Escape: () => this.props.onSelect(null),
            Enter: () => this.enter(),
            " ": () => this.enter(),
        };
        const arrow = event.key.startsWith("Arrow");
        if (event.ctrlKey || event.altKey || event.metaKey || !(arrow || event.key in moves)) {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        return arrow ? this.go(event.key, event.shiftKey) : moves[event.key]();
    }

    get current() {
        const key = this.focused || this.props.selected;
        return this.picture.nodes.find((box) => box.key === key);
    }

    /** Arrows go from box to box, with Shift they move the picture. */
    go(key, isPan) {
        const dx = { ArrowLeft: 1, ArrowRight: -1 }[key] || 0;
        const dy = { ArrowUp: 1, ArrowDown: -1 }[key] || 0;
        if (isPan) {
            return this.look({ ...this.view, x: this.view.x + dx * 80, y: this.view.y + dy * 80 });
        }
        const from = this.current;
        const { nodes, links } = this.picture;
        const to = from
            ? viewport.neighbour(nodes, links, from, key)
            : nodes.find((box) => box.isAsked) || nodes[0];
        if (!to) {
            return;
        }
        this.focused = to.key;
        this.look(viewport.showing(this.view, to, this.size));
        this.say(to);
        this.props.onSelect(to.key);
    }

    enter() {
        const box = this.current;
        if (box?.kind === "node") {
            this.props.onOpen(this.props.graph.nodes.get(box.key));
        } else if (box) {
            this.press(box);
        }
    }
}

/** One line for all links that look alike: the browser draws thousands of them at once. */
function linesOf(links, way) {
    const lines = { pale: [], plain: [], thick: [], lit: [] };
    for (const link of links) {
        const isLit = way && way.has(link.from) && way.has(link.to);
        const look = isLit ? "lit" : way ? "pale" : link.count > 1 ? "thick" : "plain";
        lines[look].push(link.path);
    }
    return Object.entries(lines)
        .filter(([, paths]) => paths.length)
        .map(([look, paths]) => ({ look, path: paths.join("") }));
}

/** The same for boxes that are too small for words. */
function areasOf(boxes, way) {
    const areas = {};
    for (const box of boxes) {
        const { tone } = toneOf(box);
        const pale = way && !way.has(box.key) ? "pale" : "";
        const look = `o_${box.type} ${tone && `o_tone_${tone}`} ${pale && "o_pale"}`;
        const { x, y, width, height } = box;
        (areas[look] ||= []).push(`M${x} ${y}h${width}v${height}h${-width}z`);
    }
    return Object.entries(areas).map(([look, paths]) => ({ look, path: paths.join("") }));
}
