import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { CameraPane } from "../scan/camera_pane";
import { KeyReader } from "../scan/key_reader";
import { ReturnError } from "./return_refunding";

/**
 * Somebody brings a unit back: scan it, read what is known of it, decide.
 *
 * The cashier says in what condition it is; where it goes is said by what is known.
 */
export class ReturnDialog extends Component {
    static template = "lot_serial_trace.ReturnDialog";
    static components = { Dialog, CameraPane };
    static props = { close: Function, scan: { type: Object, optional: true } };

    setup() {
        this.pos = usePos();
        this.title = _t("Return");
        this.input = useRef("input");
        this.state = useState({
            busy: false,
            camera: false,
            answer: null,
            problem: "",
            chosen: 0,
            condition: "good",
            note: "",
            quantity: 1,
        });
        this.asked = 0;
        this.reader = new KeyReader((code, method) => this.look(code, method));
        onMounted(() => this.mounted());
        onWillUnmount(() => this.unmounted());
    }

    mounted() {
        this.end = this.pos.barcodeReader?.traceTake?.((scan) => this.look(scan.raw, scan.method));
        this.input.el.focus();
        if (this.props.scan) {
            this.look(this.props.scan.raw, this.props.scan.method);
        }
    }

    unmounted() {
        clearTimeout(this.reader.timer);
        this.end?.();
    }

    // -- asking -----------------------------------------------------------------------

    lookTyped() {
        this.look(this.input.el.value, "typed");
        this.input.el.value = "";
    }

    onCamera(code) {
        this.state.camera = false;
        this.look(code, "camera");
    }

    async look(raw, method) {
        if (!raw.trim()) {
            return;
        }
        const turn = ++this.asked;
        this.scan = { raw, method };
        Object.assign(this.state, { busy: true, problem: "", answer: null });
        Object.assign(this.state, { chosen: 0, condition: "good", note: "", quantity: 1 });
        try {
            const answer = await this.pos.traceAskReturn(raw);
            // Of two scans the later one counts, whichever is answered first.
            if (turn === this.asked) {
                this.state.answer = answer;
                this.pos.traceSounds?.play(this.verdict);
            }
        } catch (error) {
            if (turn === this.asked) {
                this.state.problem = error.data?.message || error.message;
            }
        } finally {
            this.state.busy = turn !== this.asked;
        }
    }

    // -- what is known ----------------------------------------------------------------

    get sales() {
        return this.state.answer.sales;
    }

    get sale() {
        return this.sales[this.state.chosen];
    }

    get notes() {
        return this.sale ? this.sale.notes : this.state.answer.notes;
    }

    get mayRefund() {
        return Boolean(this.sale ? this.sale.may_refund : this.state.answer.may_take);
    }

    get verdict() {
        const isGood = this.mayRefund && this.sale && !this.notes.length;
        return isGood ? "good" : this.mayRefund ? "warn" : "stop";
    }

    get headline() {
        const { answer } = this.state;
        if (!this.sale) {
            return answer.offline ? _t("Not known in this till") : answer.notes[0]?.text || "";
        }
        if (this.sale.refunded) {
            return this.sale.back_order
                ? _t("Returned already, with %s", this.sale.back_order)
                : _t("Returned already");
        }
        if (this.sale.recalled) {
            return _t("Sold by us, and recalled");
        }
        if (this.sale.held) {
            return _t("Sold by us, and on hold");
        }
        return this.sale.road === "till" ? _t("Sold by us") : _t("Delivered by us");
    }

    /** Sentences about the sale: when, to whom, warranty. */
    get facts() {
        const { sale } = this;
        if (!sale) {
            return [];
        }
        const facts = [this.pos.traceSaleText(sale)];
        if (sale.kit) {
            facts.push(_t("Sold as part of %s: all of it is taken back", sale.kit));
        } else if (sale.tracking === "lot") {
            const { quantity, back } = sale;
            facts.push(
                back
                    ? _t("%(quantity)s sold, %(back)s came back", { quantity, back })
                    : _t("%s sold", quantity),
            );
        }
        if (sale.warranty_until) {
            const day = this.pos.traceDay(sale.warranty_until);
            facts.push(
                sale.in_warranty
                    ? _t("Under warranty until %s", day)
                    : _t("Warranty ended on %s", day),
            );
        } else if (!this.state.answer.offline && sale.tracking === "serial") {
            facts.push(_t("No warranty is recorded"));
        }
        return facts;
    }

    /** What the cashier cannot do, and who can. */
    get advice() {
        const { sale } = this;
        if (this.state.answer.offline) {
            return sale
                ? _t(
                      "The network is gone: the till knows its own orders only. It was not asked whether the unit came back elsewhere.",
                  )
                : _t(
                      "The network is gone: the till knows its own orders only. Try again when it is back.",
                  );
        }
        if (sale?.road === "till" && !sale.line_uuid && !sale.refunded) {
            return _t(
                "It left as part of a kit: look for the order with the receipt, and refund it there.",
            );
        }
        if (sale?.road === "delivery" && !sale.refunded) {
            return _t(
                "It was not sold at a till: the office credits it. Take the unit and the order's name.",
            );
        }
        return "";
    }

    get most() {
        return this.sale && !this.sale.kit ? Math.max(this.sale.quantity - this.sale.back, 0) : 1;
    }

    /** Where the unit goes. */
    get way() {
        const { quarantine } = this.state.answer;
        if (!this.isUnsellable) {
            return _t("Goes back to the shelf");
        }
        return quarantine
            ? _t("Goes to quarantine: %s", quarantine)
            : _t("Not to the shelf: put it aside and tell the manager");
    }

    get isUnsellable() {
        const { sale } = this;
        return Boolean(sale?.held || sale?.expired || this.state.condition === "faulty");
    }

    // -- deciding ---------------------------------------------------------------------

    choose(index) {
        Object.assign(this.state, { chosen: index, quantity: 1 });
    }

    step(by) {
        this.state.quantity = Math.min(Math.max(this.state.quantity + by, 1), this.most);
    }

    get told() {
        const { quantity, condition, note } = this.state;
        return { ...this.scan, quantity, condition, note };
    }

    async act(deed) {
        this.state.problem = "";
        try {
            if (await deed()) {
                this.props.close();
            }
        } catch (error) {
            if (!(error instanceof ReturnError)) {
                throw error;
            }
            this.state.problem = error.message;
        }
    }

    refund() {
        return this.act(() =>
            this.sale
                ? this.pos.traceRefund(this.sale, this.told)
                : this.pos.traceTakeBack(this.state.answer, this.told),
        );
    }

    exchange() {
        return this.act(() => this.pos.traceExchange(this.sale, this.told));
    }
}
