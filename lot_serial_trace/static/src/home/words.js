import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** A number with so many digits behind the point at most. */
function some(value, digits) {
    return formatFloat(value, { digits: [0, digits], trailingZeros: false });
}

/** A share as people read it: never rounded up, so that 100 % is all of it. */
export function percent(share) {
    const tenths = Math.floor(share * 1000 + 1e-6) / 10;
    return _t("%s %", some(tenths, 1));
}

/** A time in the unit in which people say it. */
export function duration(seconds) {
    if (seconds < 10) {
        return _t("%s s", some(seconds, 2));
    }
    if (seconds < 2 * MINUTE) {
        return _t("%s s", some(seconds, 0));
    }
    if (seconds < 2 * HOUR) {
        return _t("%s min", some(seconds / MINUTE, 0));
    }
    if (seconds < 2 * DAY) {
        return _t("%s h", some(seconds / HOUR, 1));
    }
    return _t("%s days", some(seconds / DAY, 1));
}

/** A figure, by its unit; a dash where nothing was counted. */
export function amount(unit, value) {
    if (value === null || value === undefined) {
        return "–";
    }
    return unit === "share" ? percent(value) : duration(value);
}

/** A number of things. */
export function count(number) {
    return formatFloat(number, { digits: [0, 0] });
}

/** A sum of money, without cents: it is for a glance. */
export function money(value, currencyId) {
    return formatCurrency(value, currencyId, { digits: [0, 0] });
}

/** The day or days that a point of a trend stands for: its first and its last one. */
export function spanOf(first, bucket, until) {
    const begin = luxon.DateTime.fromISO(first);
    const end = begin.plus({ [`${bucket}s`]: 1 }).minus({ days: 1 });
    const last = luxon.DateTime.fromISO(until);
    return { since: begin, until: end > last ? last : end };
}

/** What stands below a point. */
export function labelOf(first, bucket) {
    const day = luxon.DateTime.fromISO(first);
    const parts = bucket === "month" ? { year: "numeric" } : { day: "numeric" };
    return day.toLocaleString({ month: "short", ...parts });
}
