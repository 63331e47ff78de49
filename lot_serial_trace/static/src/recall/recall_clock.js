import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ahead, reading, spoken } from "./clock_model";

const { DateTime } = luxon;

/**
 * The clock of a recall or a drill: it runs before the eyes of who works on it.
 *
 * What it says is written, not only coloured: running, standing or stopped, how much is left,
 * which moment is late.
 */
export class RecallClock extends Component {
    static template = "lot_serial_trace.RecallClock";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ now: DateTime.now() });
        this.ahead = ahead(this.clock, DateTime.now());
        onWillUpdateProps((props) => {
            this.ahead = ahead(this.clockOf(props), DateTime.now());
        });
        const timer = setInterval(() => (this.state.now = DateTime.now()), 1000);
        onWillUnmount(() => clearInterval(timer));
    }

    clockOf(props) {
        return props.record.data[props.name] || { rows: [] };
    }

    get clock() {
        return this.clockOf(this.props);
    }

    get shown() {
        return reading(this.clock, this.state.now.plus(this.ahead));
    }

    get time() {
        return spoken(this.shown.seconds);
    }

    get stateText() {
        const { state, paused } = this.shown;
        if (state === "waiting") {
            return _t("The clock has not started.");
        }
        const pauses = paused ? " " + _t("Pauses: %s.", spoken(paused)) : "";
        const words = {
            running: _t("The clock is running."),
            standing: _t("Pause: nobody works on it."),
            stopped: _t("The clock has stopped."),
        };
        return words[state] + pauses;
    }

    get limitText() {
        const { left, state } = this.shown;
        if (left === null || left === undefined) {
            return "";
        }
        if (left < 0) {
            return _t("Over the limit of %(limit)s h by %(time)s.", {
                limit: this.clock.limit,
                time: spoken(-left),
            });
        }
        return state === "stopped"
            ? _t("Within the limit of %s h.", this.clock.limit)
            : _t("%(time)s left of %(limit)s h.", { limit: this.clock.limit, time: spoken(left) });
    }

    when(row) {
        const moment = row.at || row.due;
        return moment ? toLocaleDateTimeString(moment, { showSeconds: false }) : "";
    }

    rowText(row) {
        if (row.done && row.late) {
            return _t("after %s: late", row.after);
        }
        if (row.done) {
            return _t("after %s", row.after);
        }
        if (row.late) {
            return _t("late by %s", row.left);
        }
        return row.due ? _t("%s left", row.left) : _t("not yet");
    }
}

registry.category("fields").add("trace_recall_clock", {
    component: RecallClock,
    supportedTypes: ["json"],
});
