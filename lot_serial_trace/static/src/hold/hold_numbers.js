import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { NumberImport } from "../import/number_import";

/** What is said about a number, in the order in which the filters stand. */
const LABELS = {
    ready: _t("In stock"),
    not_here: _t("Not in stock"),
    held: _t("On hold already"),
    twice: _t("Twice in the list"),
    several: _t("Of several products"),
    unknown: _t("Unknown number"),
    no_product: _t("Unknown product"),
    wrong: _t("Wrong format"),
};

/**
 * Paste or drop the numbers that are to be put on hold, and see what each of them is.
 *
 * As in the import of numbers, the list itself is sent again when it is taken on.
 */
export class HoldNumbers extends NumberImport {
    static template = "lot_serial_trace.HoldNumbers";
    static components = { RecordSelector };
    static labels = LABELS;

    setup() {
        super.setup();
        this.state.warned = false;
        this.productDomain = [["tracking", "!=", "none"]];
    }

    get isReceived() {
        return false;
    }

    preview() {
        return this.orm.call("trace.hold.wizard", "preview_numbers", [], this.list);
    }

    chooseProduct(productId) {
        this.state.productId = productId || 0;
        return this.look();
    }

    /** Numbers that stay behind, whatever is ticked. */
    get left() {
        const { counts, outcomes } = this.state.found;
        return Object.entries(counts)
            .filter(([verdict]) => outcomes[verdict] === "stop")
            .reduce((sum, [, count]) => sum + count, 0);
    }

    async add() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const action = await this.orm.call("trace.hold.wizard", "ask_for_numbers", [], {
                ...this.list,
                held: this.state.warned,
            });
            await this.action.doAction(action);
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("actions").add("trace_hold_numbers", HoldNumbers);
