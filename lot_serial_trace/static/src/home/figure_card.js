import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { TrendChart } from "./trend_chart";
import { amount, count, duration } from "./words";

const VERDICTS = {
    good: _t("On target"),
    near: _t("Nearly"),
    bad: _t("Off target"),
    none: "",
};

/** One of the four figures: value, target, trend, best and worst places, the way to its records. */
export class FigureCard extends Component {
    static template = "lot_serial_trace.FigureCard";
    static components = { TrendChart };
    static props = {
        figure: Object,
        period: Object,
        onRecords: Function,
        onPoint: Function,
        onPlace: Function,
        onAction: Function,
    };

    setup() {
        this.state = useState({ explained: false });
        this.amount = amount;
        this.count = count;
    }

    get verdict() {
        return VERDICTS[this.props.figure.verdict].toString();
    }

    get changeIcon() {
        const { change, value, before } = this.props.figure;
        if (!change || change === "same") {
            return change && "fa-arrows-h";
        }
        return value > before ? "fa-arrow-up" : "fa-arrow-down";
    }

    get changeWords() {
        const { unit, before } = this.props.figure;
        return _t("%(before)s in the %(days)s days before", {
            before: amount(unit, before),
            days: this.props.period.days,
        });
    }

    /** What is said below the value, in a line. */
    get facts() {
        const { records, counted, median, p90, open, open_seconds: waited } = this.props.figure;
        const facts = [`${count(records)} ${counted}`];
        if (median !== null) {
            facts.push(_t("median %s", duration(median)));
        }
        if (p90 !== null) {
            facts.push(_t("nine of ten within %s", duration(p90)));
        }
        if (open) {
            facts.push(
                _t("%(count)s open, the longest for %(time)s", {
                    count: count(open),
                    time: duration(waited),
                }),
            );
        }
        return facts.map((fact) => fact.toString());
    }

    get isShare() {
        return this.props.figure.unit === "share";
    }

    get hasPlaces() {
        return this.props.figure.best.length + this.props.figure.worst.length > 1;
    }
}
