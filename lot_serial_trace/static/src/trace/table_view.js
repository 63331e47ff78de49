import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { grouped, lotRows, matching, partnerRows, ROWS, sorted } from "./table_model";
import { amount, count, day, levelWords, rowsWords, STATUS, TONES } from "./words";

const GROUPS = {
    product: _t("Product"),
    level: _t("Steps away"),
    status: _t("Status"),
    customer: _t("Customer: who got what"),
    supplier: _t("Supplier: who sent what"),
    none: _t("Nothing"),
};

const LOT_COLUMNS = [
    { name: "name", label: _t("Lot/Serial") },
    { name: "product", label: _t("Product") },
    { name: "level", label: _t("Steps away") },
    { name: "status", label: _t("Status") },
    { name: "expires", label: _t("Expires") },
    { name: "onHand", label: _t("On hand"), isNumber: true },
    { name: "sent", label: _t("Went out"), isNumber: true },
    { name: "customers", label: _t("To") },
];
const PARTNER_COLUMNS = [
    { name: "name", label: _t("Lot/Serial") },
    { name: "product", label: _t("Product") },
    { name: "status", label: _t("Status") },
    { name: "sent", label: _t("Quantity"), isNumber: true },
    { name: "back", label: _t("Came back"), isNumber: true },
    { name: "documents", label: _t("Documents"), isNumber: true },
    { name: "first", label: _t("First") },
    { name: "last", label: _t("Last") },
];

/** The same answer in words and numbers: grouped, sorted and searched in the browser. */
export class TableView extends Component {
    static template = "lot_serial_trace.TableView";
    static props = {
        graph: Object,
        selected: { type: [String, { value: null }], optional: true },
        onSelect: Function,
        settings: Object,
    };

    setup() {
        this.groups = Object.entries(GROUPS);
        this.settings = useState(this.props.settings);
        this.state = useState({ open: {}, shown: {}, column: "name", down: false });
    }

    get isByPartner() {
        return ["customer", "supplier"].includes(this.settings.by);
    }

    get columns() {
        return this.isByPartner ? PARTNER_COLUMNS : LOT_COLUMNS;
    }

    /** All rows; made once for a graph. */
    get all() {
        const { graph } = this.props;
        const kind = this.isByPartner ? "partners" : "lots";
        if (this.made?.graph !== graph || this.made.kind !== kind) {
            const rows = this.isByPartner ? partnerRows(graph) : lotRows(graph);
            this.made = { graph, kind, rows };
        }
        return this.made.rows;
    }

    get found() {
        const { by, text } = this.settings;
        const { column, down } = this.state;
        const rows = this.isByPartner ? this.all.filter((row) => row.way === by) : this.all;
        const name = this.columns.some((one) => one.name === column) ? column : "name";
        const groups = grouped(sorted(matching(rows, text), name, down), (row) => this.keyOf(row));
        if (by === "level") {
            groups.sort((a, b) => a.key - b.key);
        } else if (!this.isByPartner) {
            groups.sort((a, b) => b.rows.length - a.rows.length);
        }
        return groups.map((group) => ({ ...group, isOpen: this.isOpen(group, groups.length) }));
    }

    keyOf(row) {
        const { by } = this.settings;
        if (by === "level") {
            return [row.level, levelWords(row.level)];
        }
        if (by === "status") {
            return [row.status, STATUS[row.status] || row.status];
        }
        const key = { product: row.product, none: "" }[by] ?? row.partner;
        return [key, key || _t("All")];
    }

    isOpen(group, groups) {
        const isShort = groups <= 3 || group.rows.length <= 3 || Boolean(this.settings.text);
        return this.state.open[group.key] ?? isShort;
    }

    toggle(group) {
        this.state.open[group.key] = !group.isOpen;
    }

    rowsOf(group) {
        return group.rows.slice(0, this.state.shown[group.key] || ROWS);
    }

    more(group) {
        this.state.shown[group.key] = (this.state.shown[group.key] || ROWS) + 5 * ROWS;
    }

    sort(column) {
        this.state.down = this.state.column === column && !this.state.down;
        this.state.column = column;
    }

    sortOf(column) {
        if (this.state.column !== column) {
            return "none";
        }
        return this.state.down ? "descending" : "ascending";
    }

    /** What stands in a cell. */
    cell(row, { name, isNumber }) {
        const value = row[name];
        if (isNumber) {
            return value ? amount(value) : "";
        }
        const words = {
            level: () => levelWords(row.level),
            status: () => STATUS[row.status] || row.status,
            expires: () => day(value),
            first: () => day(value),
            last: () => day(value),
            customers: () => fewOf(value),
        };
        return words[name] ? words[name]() : value || "";
    }

    toneOf(row) {
        return TONES[row.status] || "";
    }

    count = count;
    rowsWords = rowsWords;
    amount = amount;
}

function fewOf(names) {
    const few = names.slice(0, 2).join(", ");
    return names.length > 2
        ? _t("%(few)s and %(more)s more", { few, more: names.length - 2 })
        : few;
}
