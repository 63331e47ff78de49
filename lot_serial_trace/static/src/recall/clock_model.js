import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** "5 s", "12 min 5 s", "2 h 5 min", "3 days 2 h": two units are enough to act upon. */
export function spoken(duration) {
    const whole = Math.max(0, Math.floor(duration));
    const days = Math.floor(whole / 86400);
    const hours = Math.floor((whole % 86400) / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    if (days) {
        return _t("%(days)s d %(hours)s h", { days, hours });
    }
    if (hours) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes });
    }
    if (minutes) {
        return _t("%(minutes)s min %(seconds)s s", { minutes, seconds: whole % 60 });
    }
    return _t("%s s", whole);
}

function moment(text) {
    return text ? deserializeDateTime(text) : null;
}

/**
 * What a clock shows at a moment.
 *
 * @param {Object} clock as the server tells it: `start`, `end`, `now` (all UTC), `paused` (seconds
 *  of pauses that are over), `standing` (since when it stands), `pausesCount`, `limit` (hours),
 *  `rows` of `key`, `label`, `at`, `due`
 * @param {DateTime} now by the server's clock
 */
export function reading(clock, now) {
    const start = moment(clock.start);
    if (!start) {
        return { state: "waiting", seconds: 0, rows: [] };
    }
    const end = moment(clock.end) || now;
    const standing = moment(clock.standing);
    const paused = (clock.paused || 0) + (standing ? seconds(standing, end) : 0);
    const whole = seconds(start, end);
    const counted = clock.pausesCount === false ? whole - paused : whole;
    return {
        state: clock.end ? "stopped" : standing ? "standing" : "running",
        seconds: counted,
        paused,
        left: clock.limit ? clock.limit * 3600 - counted : null,
        rows: clock.rows.map((row) => rowAt(row, start, end)),
    };
}

function rowAt(row, start, now) {
    const at = moment(row.at);
    const due = moment(row.due);
    const late = due ? (at || now) > due : false;
    return {
        key: row.key,
        label: row.label,
        done: Boolean(at),
        late,
        at,
        after: at ? spoken(seconds(start, at)) : "",
        due,
        left: due && !at ? spoken(Math.abs(seconds(now, due))) : "",
    };
}

function seconds(from, to) {
    return to.diff(from).as("seconds");
}

/** By how much the server's clock is ahead of the browser's, in milliseconds. */
export function ahead(clock, here) {
    return clock.now ? moment(clock.now).diff(here).as("milliseconds") : 0;
}
