import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { amount, count, labelOf } from "./words";

/** How the line of a figure is coloured, by how it stands to its target. */
const COLORS = { good: "#0a7c3f", near: "#b35900", bad: "#c0152f", none: "#4a6fa5" };

/** How a figure went, with its target as a line; a click leads to the records of a point. */
export class TrendChart extends Component {
    static template = "lot_serial_trace.TrendChart";
    static props = { figure: Object, bucket: String, onPoint: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.figure, this.props.bucket],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get summary() {
        const { title, unit, trend } = this.props.figure;
        const known = trend.filter(([, value]) => value !== null);
        if (!known.length) {
            return _t("%s: nothing was counted", title);
        }
        return _t("%(title)s, from %(first)s to %(last)s", {
            title,
            first: amount(unit, known[0][1]),
            last: amount(unit, known.at(-1)[1]),
        });
    }

    draw() {
        this.chart?.destroy();
        // eslint-disable-next-line no-undef
        this.chart = new Chart(this.canvas.el, this.config());
    }

    config() {
        const { figure, bucket } = this.props;
        const color = COLORS[figure.verdict];
        const lines = [
            {
                data: figure.trend.map(([, value]) => value),
                borderColor: color,
                backgroundColor: `${color}22`,
                borderWidth: 2,
                pointRadius: figure.trend.length > 45 ? 0 : 2.5,
                pointHitRadius: 8,
                spanGaps: true,
                tension: 0.25,
                fill: true,
            },
        ];
        if (figure.target) {
            lines.push({
                data: figure.trend.map(() => figure.target),
                borderColor: "#8a8f98",
                borderDash: [5, 4],
                borderWidth: 1,
                pointRadius: 0,
                pointHitRadius: 0,
            });
        }
        return {
            type: "line",
            data: { labels: figure.trend.map(([day]) => labelOf(day, bucket)), datasets: lines },
            options: this.options(figure),
        };
    }

    options(figure) {
        const share = figure.unit === "share";
        return {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false },
            onClick: (_event, [hit]) => hit && this.props.onPoint(figure.trend[hit.index][0]),
            plugins: {
                legend: { display: false },
                tooltip: {
                    filter: (item) => item.datasetIndex === 0,
                    displayColors: false,
                    callbacks: { label: (item) => this.words(figure, item.dataIndex) },
                },
            },
            scales: {
                x: { ticks: { maxTicksLimit: 4, maxRotation: 0 }, grid: { display: false } },
                y: {
                    beginAtZero: !share,
                    suggestedMax: share ? 1 : undefined,
                    ticks: { maxTicksLimit: 4, callback: (value) => amount(figure.unit, value) },
                },
            },
        };
    }

    words(figure, index) {
        const [, value, records] = figure.trend[index];
        return `${amount(figure.unit, value)} (${count(records)} ${figure.counted})`;
    }
}
