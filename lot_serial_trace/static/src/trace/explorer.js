import { Component, markRaw, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { TraceGraph } from "./graph_model";
import { GraphView } from "./graph_view";
import { NodePanel } from "./node_panel";
import { PlacesView } from "./places_view";
import { recall, remember } from "./recent";
import { SearchBox } from "./search_box";
import { ShareDialog } from "./share_dialog";
import { TableView } from "./table_view";
import { TimelineView } from "./timeline_view";
import { amount, count, toneOf } from "./words";

const VIEWS = [
    { name: "graph", label: _t("Graph"), icon: "fa-share-alt", hotkey: "shift+g" },
    { name: "timeline", label: _t("Timeline"), icon: "fa-clock-o", hotkey: "shift+t" },
    { name: "table", label: _t("Table"), icon: "fa-table", hotkey: "shift+l" },
    { name: "places", label: _t("Places"), icon: "fa-map-marker", hotkey: "shift+p" },
];
const DIRECTIONS = [
    { name: "backward", label: _t("Where from"), icon: "fa-long-arrow-left" },
    { name: "both", label: _t("Both"), icon: "fa-arrows-h" },
    { name: "forward", label: _t("Where to"), icon: "fa-long-arrow-right" },
];
/** Questions up to this length stand in the address of the page. */
const LONGEST_ADDRESS = 600;
/** Lots whose places and events are shown together, at most: those nearest. */
const TOGETHER = 5000;

/**
 * The trace explorer: one field to ask with, one answer in four views.
 *
 * The answer comes as a whole; views, levels, folding and grouping change nothing on the server.
 */
export class Explorer extends Component {
    static template = "lot_serial_trace.Explorer";
    static components = { GraphView, NodePanel, PlacesView, SearchBox, TableView, TimelineView };
    static props = { ...standardActionServiceProps };
    static path = "trace-explorer";
    static displayName = _t("Explorer");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.views = VIEWS;
        this.directions = DIRECTIONS;
        this.past = [];
        this.turn = 0;
        this.state = useState(this.restored() || blank());
        useSetupAction({ getLocalState: () => ({ explorer: { ...this.state, busy: false } }) });
        onWillStart(() => {
            if (!this.state.graph) {
                this.begin();
            }
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    restored() {
        return this.props.state?.explorer;
    }

    /** What the action, or the address of the page, asks at once. */
    async begin() {
        const { question, run_id: run, ask, view } = this.props.action.params || {};
        this.state.view = VIEWS.some((one) => one.name === view) ? view : this.state.view;
        const asked = question || fromAddress(ask) || (run && (await this.questionOf(run)));
        if (asked) {
            const { direction, from, to, ...about } = asked;
            Object.assign(this.state, {
                direction: direction || "both",
                from: dayOf(from),
                to: dayOf(to),
            });
            await this.ask(about);
        }
    }

    async questionOf(run) {
        try {
            return await this.orm.silent.call("trace.explorer", "question_of", [run]);
        } catch (error) {
            this.state.error = sentence(error);
            return null;
        }
    }

    // -- asking ---------------------------------------------------------------

    get recent() {
        return recall();
    }

    /** The question with what narrows it. */
    whole(about) {
        const { direction, from, to } = this.state;
        const { DateTime } = luxon;
        const narrow = { ...about, direction };
        if (from) {
            narrow.from = serializeDateTime(DateTime.fromISO(from).startOf("day"));
        }
        if (to) {
            narrow.to = serializeDateTime(DateTime.fromISO(to).endOf("day"));
        }
        return narrow;
    }

    /** A new question; the one before can be gone back to. */
    async askAnew(about, unknown = []) {
        if (this.state.about) {
            const { about: before, title, selected } = this.state;
            this.past = [...this.past, { about: before, title, selected }].slice(-20);
        }
        await this.ask(about, unknown);
    }

    async goBack() {
        const last = this.past.pop();
        await this.ask(last.about);
        this.state.selected = this.state.graph?.nodes.has(last.selected) ? last.selected : null;
    }

    async ask(about, unknown = []) {
        const turn = ++this.turn;
        Object.assign(this.state, { busy: true, seconds: 0, error: "", unknown, wanted: about });
        browser.clearInterval(this.timer);
        this.timer = browser.setInterval(() => this.state.seconds++, 1000);
        try {
            const question = this.whole(about);
            const answer = await this.orm.silent.call("trace.explorer", "explore", [question]);
            if (turn === this.turn) {
                this.show(about, answer);
            }
        } catch (error) {
            if (turn === this.turn) {
                this.state.error = sentence(error);
            }
        } finally {
            if (turn === this.turn) {
                browser.clearInterval(this.timer);
                this.state.busy = false;
            }
        }
    }

    show(about, answer) {
        const graph = markRaw(new TraceGraph(answer, { now: answer.asked_at }));
        const { selected } = this.state;
        Object.assign(this.state, {
            about: markRaw(about),
            graph,
            title: answer.title,
            shown: {},
            depth: 0,
            selected: graph.nodes.has(selected) ? selected : null,
            figures: markRaw(figuresOf(graph)),
        });
        this.state.settings.text = "";
        this.lots = null;
        remember({ title: answer.title, about });
        const address = JSON.stringify(answer.question);
        this.props.updateActionState?.({
            ask: address.length <= LONGEST_ADDRESS ? address : undefined,
        });
        this.env.config.setDisplayName(answer.title || _t("Explorer"));
    }

    stop() {
        this.turn++;
        browser.clearInterval(this.timer);
        this.state.busy = false;
    }

    again() {
        return this.ask(this.state.wanted, this.state.unknown);
    }

    narrow(change) {
        Object.assign(this.state, change);
        return this.state.about && this.ask(this.state.about, this.state.unknown);
    }

    // -- views ----------------------------------------------------------------

    get depth() {
        return this.state.depth || Infinity;
    }

    get depths() {
        const { back, forth } = this.state.graph.depth;
        return [...Array(Math.max(back, forth, 1)).keys()].map((steps) => steps + 1);
    }

    /** Ids of the lots that timeline and places are about; the same array while they are the same. */
    get lotIds() {
        const { graph, scope } = this.state;
        if (!this.lots || this.lots.graph !== graph || this.lots.scope !== scope) {
            const all = graph.answer.lots;
            const asked = scope === "asked" ? all.filter((lot) => graph.asked.has(lot.id)) : all;
            const near = [...asked].sort((a, b) => Math.abs(a.level) - Math.abs(b.level));
            const ids = near.slice(0, TOGETHER).map((lot) => lot.id);
            this.lots = { graph, scope, ids: markRaw(ids), left: near.length - ids.length };
        }
        return this.lots.ids;
    }

    get lotsLeft() {
        return this.lotIds && this.lots.left;
    }

    get lotNames() {
        return Object.fromEntries(this.state.graph.answer.lots.map((lot) => [lot.id, lot.name]));
    }

    get node() {
        return this.state.selected && this.state.graph.nodes.get(this.state.selected);
    }

    select(key) {
        this.state.selected = key;
    }

    selectLot(id) {
        const key = `lot:${id}`;
        this.state.selected = this.state.graph.nodes.has(key) ? key : this.state.selected;
    }

    unfold(group, shown) {
        this.state.shown = { ...this.state.shown, [group]: shown };
    }

    openFigure({ by }) {
        if (by) {
            this.state.settings.by = by;
            this.state.view = "table";
        }
    }

    // -- ways out -------------------------------------------------------------

    openDocument(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openNode(node) {
        if (node.type === "lot") {
            return this.askAnew({ lots: [node.id] });
        }
        if (node.type === "operation") {
            const model = this.state.graph.answer.records?.[node.operation.kind];
            return model && this.openDocument(model, node.id);
        }
        return node.id && this.openDocument("res.partner", node.id);
    }

    get question() {
        return this.whole(this.state.about);
    }

    /** Keeps the answer and opens it, or its paper. */
    async keep(method) {
        try {
            const run = await this.orm.call("trace.explorer", "keep", [this.question]);
            const model = "trace.run";
            if (method) {
                return await this.action.doAction(await this.orm.call(model, method, [[run]]));
            }
            return await this.openDocument(model, run);
        } catch (error) {
            this.state.error = sentence(error);
        }
    }

    print() {
        return this.keep("action_print");
    }

    async exportXlsx() {
        try {
            await download({
                url: "/lot_serial_trace/explorer.xlsx",
                data: { question: JSON.stringify(this.question) },
            });
        } catch (error) {
            this.state.error = sentence(error);
        }
    }

    share() {
        this.dialog.add(ShareDialog, { question: this.question, title: this.state.title });
    }

    get canShare() {
        return Boolean(this.state.graph?.answer.can_share);
    }

    amount = amount;
    count = count;
}

function blank() {
    return {
        about: null,
        wanted: null,
        unknown: [],
        graph: null,
        title: "",
        busy: false,
        seconds: 0,
        error: "",
        view: "graph",
        selected: null,
        direction: "both",
        from: "",
        to: "",
        depth: 0,
        scope: "asked",
        shown: {},
        figures: [],
        settings: { by: "level", text: "" },
    };
}

/** The answer in figures, each with the grouping of the table that shows it. */
function figuresOf(graph) {
    const nodes = [...graph.nodes.values()];
    const many = (type) => nodes.filter((node) => node.type === type).length;
    const tones = nodes.map((node) => toneOf(withKind(node)).tone);
    const toned = (tone) => tones.filter((one) => one === tone).length;
    const { total, operations } = graph.answer;
    const figure = (name, value, one, some, more) => ({
        name,
        value,
        label: value === 1 ? one : some,
        ...more,
    });
    const status = (tone) => ({ by: "status", tone });
    const halted = _t("expired or held in places");
    return [
        figure("lots", total, _t("lot"), _t("lots"), { by: "level" }),
        figure("operations", operations.length, _t("operation"), _t("operations")),
        figure("suppliers", many("supplier"), _t("supplier"), _t("suppliers"), { by: "supplier" }),
        figure("customers", many("customer"), _t("customer"), _t("customers"), { by: "customer" }),
        figure("stop", toned("stop"), _t("on hold"), _t("on hold"), status("stop")),
        figure("warn", toned("warn"), halted, halted, status("warn")),
    ].filter(({ value }) => value);
}

const withKind = (node) => ({ ...node, kind: "node" });

/** A question out of the address of the page; nonsense is none. */
function fromAddress(text) {
    try {
        const question = JSON.parse(text);
        return question && typeof question === "object" ? question : null;
    } catch {
        return null;
    }
}

function dayOf(moment) {
    return moment ? String(moment).slice(0, 10) : "";
}

function sentence(error) {
    if (error instanceof ConnectionLostError) {
        return _t("No connection. What you see is what was there before.");
    }
    return error.data?.message || error.message || _t("The server has a problem.");
}

registry.category("actions").add("lot_serial_trace.explorer", Explorer);
