import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const PAGE = 50;
const LARGEST = 20 * 1024 * 1024;

/** What is said about a number, in the order in which the filters stand. */
const LABELS = {
    new: _t("New"),
    known: _t("Known"),
    in_stock: _t("Already in stock"),
    sold: _t("Sold before"),
    not_here: _t("Not in stock here"),
    unadvised: _t("Not on the notice"),
    odd: _t("Unlike the others"),
    held: _t("On hold"),
    twice: _t("Twice in the list"),
    on_transfer: _t("On this transfer"),
    unknown: _t("Unknown number"),
    other_expiry: _t("Other expiry date"),
    no_product: _t("Which product?"),
    wrong: _t("Wrong format"),
};
const COLORS = {
    good: "text-bg-success",
    note: "text-bg-info",
    warn: "text-bg-warning",
    skip: "text-bg-secondary",
    stop: "text-bg-danger",
};

/**
 * Paste or drop lot and serial numbers, see what each of them is, put them on the transfer.
 *
 * The server looks through the whole list at once; filters and pages are turned here. The list
 * itself is sent again to be put on, so nothing can differ between what was shown and what is done
 * except what others did meanwhile, and that is told.
 */
export class NumberImport extends Component {
    static template = "lot_serial_trace.NumberImport";
    static props = { ...standardActionServiceProps };
    static labels = LABELS;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.file = useRef("file");
        this.pickingId = this.props.action.params?.picking_id;
        this.state = useState({
            text: "",
            fileName: "",
            ranges: true,
            warned: true,
            productId: 0,
            found: null,
            filter: "",
            page: 0,
            busy: false,
            over: false,
        });
        this.content = null;
        this.asked = 0;
        this.lookSoon = useDebounced(() => this.look(), 400);
    }

    // -- the list -------------------------------------------------------------

    onText(ev) {
        this.state.text = ev.target.value;
        this.content = null;
        this.state.fileName = "";
        this.lookSoon();
    }

    onDrop(ev) {
        this.state.over = false;
        this.take(ev.dataTransfer.files[0]);
    }

    onFile(ev) {
        this.take(ev.target.files[0]);
        ev.target.value = "";
    }

    async take(file) {
        if (!file) {
            return;
        }
        if (file.size > LARGEST) {
            this.notification.add(_t("The file has more than 20 MB. Split it."), {
                type: "danger",
            });
            return;
        }
        const url = await new Promise((resolve, reject) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result);
            reader.onerror = () => reject(reader.error);
            reader.readAsDataURL(file);
        });
        this.content = url.slice(url.indexOf(",") + 1);
        this.state.fileName = file.name;
        this.state.text = "";
        await this.look();
    }

    clear() {
        this.content = null;
        Object.assign(this.state, { text: "", fileName: "", found: null, page: 0, filter: "" });
    }

    get list() {
        return {
            text: this.content ? "" : this.state.text,
            file: this.content,
            product_id: this.state.productId || null,
            ranges: this.state.ranges,
        };
    }

    get isEmpty() {
        return !this.content && !this.state.text.trim();
    }

    /** Ask the server what the numbers are; an answer that was overtaken is dropped. */
    async look() {
        const asked = ++this.asked;
        if (this.isEmpty) {
            this.state.found = null;
            return;
        }
        this.state.busy = true;
        try {
            const found = await this.preview();
            if (asked === this.asked) {
                Object.assign(this.state, { found, page: 0, filter: "" });
            }
        } finally {
            if (asked === this.asked) {
                this.state.busy = false;
            }
        }
    }

    preview() {
        return this.orm.call(
            "stock.picking",
            "trace_preview_numbers",
            [[this.pickingId]],
            this.list,
        );
    }

    setProduct(ev) {
        this.state.productId = parseInt(ev.target.value) || 0;
        this.look();
    }

    setRanges(ev) {
        this.state.ranges = ev.target.checked;
        this.look();
    }

    // -- what was found -------------------------------------------------------

    get filters() {
        const { counts, outcomes } = this.state.found;
        return Object.keys(this.labels)
            .filter((verdict) => counts[verdict])
            .map((verdict) => ({
                verdict,
                label: this.labels[verdict],
                count: counts[verdict],
                color: COLORS[outcomes[verdict]],
            }));
    }

    get labels() {
        return this.constructor.labels;
    }

    /** Whether expiry and quantity of the list matter. */
    get isReceived() {
        return true;
    }

    get rows() {
        const { rows } = this.state.found;
        return this.state.filter ? rows.filter((row) => row[3] === this.state.filter) : rows;
    }

    get pages() {
        return Math.ceil(this.rows.length / PAGE);
    }

    get shown() {
        const names = Object.fromEntries(this.state.found.products.map((p) => [p.id, p.name]));
        return this.rows
            .slice(this.state.page * PAGE, (this.state.page + 1) * PAGE)
            .map(([line, number, product, verdict, said, expires, quantity, range]) => ({
                line,
                number,
                product: names[product] || "",
                label: this.labels[verdict],
                color: COLORS[this.state.found.outcomes[verdict]],
                said,
                expires,
                quantity,
                range,
            }));
    }

    filterBy(verdict) {
        this.state.filter = this.state.filter === verdict ? "" : verdict;
        this.state.page = 0;
    }

    turn(by) {
        this.state.page = Math.min(Math.max(this.state.page + by, 0), this.pages - 1);
    }

    /** What comes of the numbers that the button takes. */
    get taken() {
        return this.state.warned ? ["good", "note", "warn"] : ["good", "note"];
    }

    /** How many numbers the button adds. */
    get addable() {
        const { counts, outcomes } = this.state.found;
        return Object.entries(counts)
            .filter(([verdict]) => this.taken.includes(outcomes[verdict]))
            .reduce((sum, [, count]) => sum + count, 0);
    }

    /** Products of which the list has more than the transfer still waits for. */
    get overs() {
        const { rows, outcomes, products, error } = this.state.found || {};
        if (!rows || error) {
            return [];
        }
        const added = {};
        for (const [, , product, verdict, , , quantity] of rows) {
            if (this.taken.includes(outcomes[verdict])) {
                added[product] = (added[product] || 0) + (quantity ?? 1);
            }
        }
        return products
            .map(({ id, name, wanted, captured }) => ({
                id,
                name,
                count: Math.round(((added[id] || 0) + captured - wanted) * 1000) / 1000,
            }))
            .filter(({ count }) => count > 0);
    }

    get hasWarnings() {
        const { counts, outcomes } = this.state.found;
        return Object.keys(counts).some((verdict) => outcomes[verdict] === "warn");
    }

    // -- putting them on ------------------------------------------------------

    async add() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const done = await this.orm.call(
                "stock.picking",
                "trace_import_numbers",
                [[this.pickingId]],
                { ...this.list, warned: this.state.warned },
            );
            const refused = done.refused.map((one) => `${one.number}: ${one.message}`);
            this.notification.add([done.message, ...refused.slice(0, 5)].join("\n"), {
                type: refused.length ? "warning" : "success",
                sticky: refused.length > 0,
            });
            await this.action.doAction({ type: "ir.actions.act_window_close", infos: done });
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("actions").add("trace_import_numbers", NumberImport);
