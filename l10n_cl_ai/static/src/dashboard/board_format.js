import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const NBSP = "\u00a0";

/** Decimals that tell an amount apart from nothing: an ask often costs less than a cent. */
function decimals(amount, usual) {
    const size = Math.abs(amount);
    return size && size < 0.1 ? Math.max(4, 2 - Math.ceil(Math.log10(size))) : usual;
}

export function count(number) {
    return formatFloat(number, { digits: [16, 0] });
}

export function dollars(amount) {
    return `${formatFloat(amount, { digits: [16, decimals(amount, 2)] })}${NBSP}USD`;
}

/** An amount of dollars in the companies' currency; "" where they have none in common, or no rate is known. */
export function own(amount, money) {
    if (!money) {
        return "";
    }
    const value = amount * money.rate;
    const small = value && Math.abs(value) < 1;
    const text = formatFloat(value, { digits: [16, small ? decimals(value, 2) : money.digits] });
    const parts = [money.symbol || money.name, text];
    return (money.position === "before" ? parts : parts.reverse()).join(NBSP);
}

/** Milliseconds as people read them; off by 2 % at most, so of three digits. */
export function duration(ms) {
    if (ms === null || ms === undefined) {
        return "–";
    }
    return ms < 1000
        ? `${count(ms)}${NBSP}ms`
        : `${formatFloat(ms / 1000, { digits: [16, ms < 10000 ? 2 : 1] })}${NBSP}s`;
}

export function percent(share) {
    return `${formatFloat(share, { digits: [16, share && share < 10 ? 1 : 0] })}${NBSP}%`;
}

export function day(text) {
    return deserializeDate(text).toLocaleString({ day: "2-digit", month: "short" });
}

export function month(text) {
    return deserializeDate(text).toLocaleString({ month: "short", year: "numeric" });
}

/** Of what could be answered, how much needed no call; null where nothing could. */
export function hitRate({ answered, cached }) {
    return answered + cached ? (100 * cached) / (answered + cached) : null;
}

/** How long something has waited. */
export function waited(minutes) {
    if (minutes < 1) {
        return _t("less than a minute");
    }
    return minutes < 120
        ? _t("%(minutes)s min", { minutes: count(minutes) })
        : _t("%(hours)s h", { hours: count(Math.floor(minutes / 60)) });
}
