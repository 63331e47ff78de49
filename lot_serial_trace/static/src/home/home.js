import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FigureCard } from "./figure_card";
import { amount, count, duration, money, percent, spanOf } from "./words";

const PERIODS = [
    { days: 7, label: _t("7 days") },
    { days: 30, label: _t("30 days") },
    { days: 90, label: _t("90 days") },
    { days: 365, label: _t("A year") },
];

/** The beginning: the four figures, and what waits for somebody. */
export class Home extends Component {
    static template = "lot_serial_trace.Home";
    static components = { FigureCard };
    static props = { ...standardActionServiceProps };
    static path = "traceability";
    static displayName = _t("Traceability");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.periods = PERIODS;
        Object.assign(this, { amount, count, money, percent });
        const { days = 30, place = "" } = this.props.state?.home || {};
        this.state = useState({ days, place, data: null, busy: false, error: "" });
        useSetupAction({
            getLocalState: () => ({ home: { days: this.state.days, place: this.state.place } }),
        });
        onWillStart(() => this.load());
    }

    async load() {
        const turn = (this.turn = (this.turn || 0) + 1);
        Object.assign(this.state, { busy: true, error: "" });
        try {
            const data = await this.orm.silent.call("trace.home", "overview", [], {
                days: this.state.days,
                ...this.place,
            });
            if (turn === this.turn) {
                this.state.data = data;
            }
        } catch (error) {
            if (turn === this.turn) {
                this.state.error = error.data?.message || error.message;
            }
        } finally {
            if (turn === this.turn) {
                this.state.busy = false;
            }
        }
    }

    /** The place that was chosen, as the server knows it. */
    get place() {
        const [name, id] = this.state.place.split(":");
        return id ? { [name]: parseInt(id) } : {};
    }

    keyOf(place) {
        return place.config_id
            ? `config_id:${place.config_id}`
            : `warehouse_id:${place.warehouse_id}`;
    }

    choosePeriod(days) {
        this.state.days = days;
        return this.load();
    }

    choosePlace(key) {
        this.state.place = key;
        return this.load();
    }

    // -- what waits -----------------------------------------------------------

    /** How long ago something was, in words. */
    ago(moment) {
        const since = deserializeDateTime(moment);
        return duration(Math.max(0, luxon.DateTime.now().diff(since, "seconds").seconds));
    }

    /** What a figure was counted in. */
    recordsOf({ records, counted }) {
        return `${count(records)} ${counted}`;
    }

    get stepsDone() {
        return this.state.data.steps.filter((step) => step.done).length;
    }

    // -- ways -----------------------------------------------------------------

    async openRecords(code, more = {}) {
        const action = await this.orm.call("trace.home", "open_records", [code], {
            days: this.state.days,
            ...this.place,
            ...more,
        });
        return this.action.doAction(action);
    }

    openPoint(code, first) {
        const { bucket, until } = this.state.data.period;
        const span = spanOf(first, bucket, until);
        return this.openRecords(code, {
            since: span.since.toISODate(),
            until: span.until.toISODate(),
        });
    }

    openPlace(code, { warehouse_id, config_id }) {
        return this.openRecords(code, config_id ? { config_id } : { warehouse_id });
    }

    openAction(id) {
        return this.action.doAction(id);
    }

    openExceptions(more = {}) {
        return this.action.doAction("lot_serial_trace.action_trace_exception", {
            additionalContext: { search_default_open: 1, ...more },
        });
    }

    openExpiring(stage) {
        return this.action.doAction("lot_serial_trace.action_trace_expiry_due", {
            additionalContext: stage ? { [`search_default_${stage}`]: 1 } : {},
        });
    }

    openRecalls() {
        return this.action.doAction("lot_serial_trace.action_trace_recall");
    }

    openRecall(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "trace.recall",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openHealth(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "trace.health",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openFigures() {
        return this.action.doAction("lot_serial_trace.action_trace_kpi");
    }
}

registry.category("actions").add("lot_serial_trace.home", Home);
