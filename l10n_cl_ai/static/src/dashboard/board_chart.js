/* global Chart */
import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/** A legend in which dashed lines are dashed. */
function generateLabels(chart) {
    const items = Chart.defaults.plugins.legend.labels.generateLabels(chart);
    return items.map((item) => ({ ...item, lineDash: chart.data.datasets[item.datasetIndex].borderDash || [] }));
}

/**
 * A chart with the same figures as a table below it, for who can't see it or wants the numbers.
 *
 * Each of `series` is {label, data, color, line, dashed, stepped}; `color` is the number of a color of the stylesheet.
 */
export class BoardChart extends Component {
    static template = "l10n_cl_ai.BoardChart";
    static props = {
        name: String,
        title: String,
        head: String,
        labels: Array,
        series: Array,
        format: Function,
        note: { type: String, optional: true },
        stacked: { type: Boolean, optional: true },
        sideways: { type: Boolean, optional: true },
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.config());
                return () => chart.destroy();
            },
            () => [this.props.series, this.props.labels, this.props.onOpen],
        );
    }

    cell(value) {
        return value === null || value === undefined ? "–" : this.props.format(value);
    }

    config() {
        const style = getComputedStyle(this.canvas.el);
        const color = (name) => style.getPropertyValue(`--l10n-cl-ai-board-${name}`).trim();
        return {
            type: "bar",
            data: {
                labels: this.props.labels,
                datasets: this.props.series.map((one) => this.dataset(one, color(one.color))),
            },
            options: this.options(style.color, color("grid")),
        };
    }

    dataset({ label, data, line, dashed, stepped }, color) {
        const base = { label, data, backgroundColor: color, borderColor: color };
        if (!line) {
            return { ...base, maxBarThickness: 40, order: 2, pointStyle: "rect" };
        }
        const points = { pointStyle: "line", pointRadius: data.length > 1 ? 0 : 4, pointHitRadius: 8, spanGaps: true };
        const look = { borderWidth: 2, borderDash: dashed ? [6, 4] : [], stepped: stepped ? "middle" : false };
        return { ...base, type: "line", order: 1, ...points, ...look };
    }

    options(text, grid) {
        const { stacked, sideways, onOpen, format } = this.props;
        const ticks = { color: text, maxRotation: 0, autoSkipPadding: 12 };
        const values = {
            beginAtZero: true,
            stacked,
            grid: { color: grid },
            ticks: { ...ticks, maxTicksLimit: 6, callback: (value) => format(value) },
        };
        // Names beside their bars are read one by one: none of them is left out.
        const names = { stacked, grid: { display: false }, ticks: { ...ticks, autoSkip: !sideways } };
        return {
            animation: false,
            maintainAspectRatio: false,
            indexAxis: sideways ? "y" : "x",
            interaction: { mode: "index", axis: sideways ? "y" : "x", intersect: false },
            scales: sideways ? { x: values, y: names } : { x: names, y: values },
            onClick: (_event, hit) => hit.length && onOpen?.(hit[0].index),
            onHover: (event, hit) => {
                event.native.target.style.cursor = onOpen && hit.length ? "pointer" : "";
            },
            plugins: {
                legend: {
                    display: this.props.series.length > 1,
                    labels: { color: text, usePointStyle: true, pointStyleWidth: 24, generateLabels },
                },
                tooltip: {
                    callbacks: {
                        label: ({ dataset, raw }) => `${dataset.label}: ${this.cell(raw)}`,
                    },
                },
            },
        };
    }
}
