import { _t } from "@web/core/l10n/translation";

import { count, day, duration, month } from "./board_format";

/**
 * What the charts show of a board, as props of BoardChart.
 *
 * @param {Object} board as the server gives it
 * @param {Function} amount tells dollars in the currency chosen
 * @param {Function|false} open opens the rows of one of the board's parts
 */
export function charts(board, amount, open) {
    const days = board.days.map((row) => day(row.day));
    const of = (rows, key) => rows.map((row) => row[key]);
    const opens = (rows) => open && ((index) => open(rows[index]));
    const perDay = { head: _t("Day"), labels: days };
    const all = [
        {
            name: "cost",
            title: _t("Cost by day"),
            ...perDay,
            format: amount,
            series: [
                { label: _t("Cost"), data: of(board.days, "cost"), color: "main" },
                { label: _t("Daily budget"), data: of(board.days, "limit"), color: "limit", line: true, stepped: true },
            ],
            onOpen: opens(board.days),
        },
        {
            name: "months",
            title: _t("Cost by month"),
            note: _t("As the budgets count it, in months of Chile, of all features."),
            head: _t("Month"),
            labels: board.months.map(({ start }) => month(start)),
            format: amount,
            series: [
                { label: _t("Cost"), data: of(board.months, "spent"), color: "main" },
                {
                    label: _t("Monthly budget"),
                    data: of(board.months, "limit"),
                    color: "limit",
                    line: true,
                    stepped: true,
                },
            ],
        },
        {
            name: "questions",
            title: _t("Questions by day"),
            ...perDay,
            format: count,
            stacked: true,
            series: [
                { label: _t("Answered"), data: of(board.days, "answered"), color: "main" },
                { label: _t("From the cache"), data: of(board.days, "cached"), color: "good" },
                { label: _t("Not evaluated"), data: of(board.days, "failed"), color: "bad" },
            ],
            onOpen: opens(board.days),
        },
        board.results.length && {
            name: "results",
            title: _t("Why there was no answer"),
            head: _t("Reason"),
            labels: of(board.results, "name"),
            format: count,
            sideways: true,
            series: [{ label: _t("Questions"), data: of(board.results, "asks"), color: "bad" }],
            onOpen: opens(board.results),
        },
        board.times.call && {
            name: "times",
            title: _t("How long calls took"),
            note: _t("Half of the calls were faster than p50, and 95 of 100 faster than p95; exact to 2 %."),
            ...perDay,
            format: duration,
            series: [
                { label: _t("Call, p50"), data: of(board.days, "call_p50"), color: "main", line: true },
                { label: _t("Call, p95"), data: of(board.days, "call_p95"), color: "main", line: true, dashed: true },
                { label: _t("First token, p50"), data: of(board.days, "first_p50"), color: "good", line: true },
                {
                    label: _t("First token, p95"),
                    data: of(board.days, "first_p95"),
                    color: "good",
                    line: true,
                    dashed: true,
                },
            ],
            onOpen: opens(board.days),
        },
    ];
    return all.filter(Boolean).map((chart) => ({ ...chart, onOpen: chart.onOpen || undefined }));
}
