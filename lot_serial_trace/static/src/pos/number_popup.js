import { onMounted, onWillUnmount, useExternalListener } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Mutex } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { SelectLotPopup } from "@point_of_sale/app/components/popups/select_lot_popup/select_lot_popup";
import { ScannerKeys } from "./scan_keys";

/** So many numbers are offered to choose from; typing finds the others. */
const OFFERED = 80;

SelectLotPopup.props = {
    ...SelectLotPopup.props,
    traceTalk: { type: Object, optional: true },
    traceWanted: { type: Number, optional: true },
};

/** The dialog for numbers takes scans, and closes by itself when all numbers are there. */
patch(SelectLotPopup.prototype, {
    setup() {
        super.setup();
        if (!this.props.traceTalk) {
            return;
        }
        this.traceMutex = new Mutex();
        const taker = (scan) => this.traceMutex.exec(() => this.traceScan(scan));
        this.traceKeys = new ScannerKeys((raw, pace) =>
            taker({ raw, method: "scanned", at: luxon.DateTime.now(), isShort: pace === "typed" }),
        );
        useExternalListener(window, "keydown", this.traceKeydown, { capture: true });
        useExternalListener(window, "keyup", this.traceKeyup, { capture: true });
        onMounted(() => (this.traceEnd = this.props.traceTalk.reader?.traceTake(taker)));
        onWillUnmount(() => this.traceEnd?.());
    },

    traceKeydown(event) {
        if (document.activeElement === this.inputRef.el) {
            this.traceKeys.keydown(event, this.inputRef.el);
        }
    },

    traceKeyup(event) {
        if (document.activeElement === this.inputRef.el) {
            this.traceKeys.keyup(event, this.inputRef.el);
        }
    },

    async traceScan(scan) {
        const captured = await this.props.traceTalk.scanned(scan);
        if (captured) {
            this.traceAdd(captured.lot_name, scan.isShort && !this.props.traceTalk.fromScan);
        }
    },

    /** A short number may be typed in haste: the dialog stays, for the next or for Enter. */
    traceAdd(number, stays) {
        const item = { text: number, id: number };
        this.state.values = this.props.isSingleItem ? [item] : [...this.state.values, item];
        if (!stays && this.state.values.length >= this.props.traceWanted) {
            this.confirm();
        }
    },

    get traceCount() {
        const wanted = this.props.traceWanted || 0;
        return (
            wanted > 1 &&
            _t("%(given)s of %(wanted)s", {
                given: this.state.values.length,
                wanted,
            })
        );
    },

    getSources() {
        return super.getSources().map((source) => ({
            ...source,
            optionSlot: "traceLot",
            options: (typed) =>
                source
                    .options(this.traceSpelled(typed))
                    .slice(0, OFFERED)
                    .map((option) => ({ ...option, data: this.traceAbout(option.label) })),
        }));
    },

    /** What is typed, as the numbers on offer spell it: nobody types capitals in haste. */
    traceSpelled(typed) {
        const names = this.props.traceTalk ? this.props.options.map(({ name }) => name) : [];
        if (!typed || names.some((name) => name.includes(typed))) {
            return typed;
        }
        const meant = typed.toLowerCase();
        const name = names.find((one) => one.toLowerCase().includes(meant));
        const from = name?.toLowerCase().indexOf(meant);
        return name ? name.slice(from, from + typed.length) : typed;
    },

    /** What the till knows of a lot that is offered. */
    traceAbout(name) {
        const lot = this.props.options.find((one) => one.name === name);
        if (lot?.reasons?.length) {
            return { about: _t("On hold"), isBad: true };
        }
        if (!lot?.expires) {
            return {};
        }
        const day = luxon.DateTime.fromSeconds(lot.expires);
        return {
            about: day.toLocaleString(luxon.DateTime.DATE_MED),
            isBad: day < luxon.DateTime.now(),
        };
    },

    /** What is typed or chosen is judged as a scan is. */
    async onSelect(chosen) {
        const typed = chosen.currentInput?.trim();
        const lot = typed ? { ...chosen, currentInput: typed, id: typed } : chosen;
        const number = lot.create && (lot.currentInput || lot.label);
        const isNew = number && !this.state.values.some(({ text }) => text === number);
        if (this.props.traceTalk && isNew) {
            const captured = await this.props.traceTalk.typed(number, !lot.currentInput);
            if (!captured) {
                return;
            }
        }
        super.onSelect(lot);
    },

    /** Numbers of other open orders are left out; here the cashier hears of it. */
    confirm() {
        const used = this.state.values.filter(({ text }) => this.props.isLotNameUsed(text));
        for (const { text } of this.props.traceTalk ? used : []) {
            this.props.traceTalk.pos.traceSay("warn", _t("%s is on another open order", text));
        }
        super.confirm();
    },
});
