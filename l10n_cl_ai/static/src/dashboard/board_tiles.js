import { _t } from "@web/core/l10n/translation";

import { count, dollars, duration, hitRate, own, percent } from "./board_format";

const bothPercentiles = (times) => `${duration(times.p50)} · ${duration(times.p95)}`;

/** The figures on top of a board, as props of BoardTile; those of nothing open nothing. */
export function tiles(board, open) {
    const { totals, times, money, running } = board;
    const opens = (key, amount) => Boolean(open && amount) && (() => open(key));
    const inOwn = (amount) => [own(amount, money)].filter(Boolean);
    const rate = hitRate(totals);
    return [
        {
            name: "cost",
            title: _t("Cost"),
            value: dollars(totals.cost),
            notes: [
                ...inOwn(totals.cost),
                ...(totals.unconfirmed ? [_t("%s of it unconfirmed", dollars(totals.unconfirmed))] : []),
            ],
            onOpen: opens("cost", totals.cost),
        },
        {
            name: "asks",
            title: _t("Questions"),
            value: count(totals.asks),
            notes: [_t("%s of them called the provider", count(totals.called))],
            onOpen: opens("asks", totals.asks),
        },
        {
            name: "cached",
            title: _t("Answered from the cache"),
            value: rate === null ? "–" : percent(rate),
            notes: [_t("%s calls avoided", count(totals.cached))],
            onOpen: opens("cached", totals.cached),
        },
        {
            name: "saved",
            title: _t("Money saved by the cache"),
            value: dollars(totals.saved),
            notes: inOwn(totals.saved),
            onOpen: opens("saved", totals.saved),
        },
        {
            name: "waited",
            title: _t("Asked by two at once"),
            value: count(totals.waited),
            notes: [_t("Asked once, answered to all")],
            onOpen: opens("waited", totals.waited),
        },
        {
            name: "errors",
            title: _t("Errors"),
            value: count(totals.errors),
            notes: [totals.asks ? _t("%s of the questions", percent((100 * totals.errors) / totals.asks)) : ""],
            tone: totals.errors ? "warning" : "",
            onOpen: opens("errors", totals.errors),
        },
        {
            name: "limited",
            title: _t("Limits hit"),
            value: count(totals.limited),
            notes: [_t("Too many questions, or over budget")],
            tone: totals.limited ? "warning" : "",
            onOpen: opens("limited", totals.limited),
        },
        {
            name: "call",
            title: _t("Call, p50 · p95"),
            value: times.call ? bothPercentiles(times.call) : "–",
            notes: times.call ? [_t("%s calls", count(times.call.n))] : [],
            onOpen: opens("call", times.call),
        },
        {
            name: "first",
            title: _t("First token, p50 · p95"),
            value: times.first ? bothPercentiles(times.first) : "–",
            notes: times.first ? [_t("%s calls", count(times.first.n))] : [],
            onOpen: opens("first", times.first),
        },
        {
            name: "running",
            title: _t("Under way now"),
            value: count(running.asks),
            notes: [_t("%s set aside", dollars(running.reserved))],
            onOpen: opens("running", running.asks),
        },
    ];
}
