// Events in order of time, with what is missing between them. Needs nothing of Odoo.

/** Days without a word from which on it is said. */
export const QUIET = 14;

const DAY = 24 * 60 * 60 * 1000;
const MOVES = new Set(["movement", "correction"]);
const INSIDE = new Set(["internal", "transit"]);

const millis = (moment) => Date.parse(`${moment.replace(" ", "T")}Z`);

/**
 * Puts between events what is missing: long times without a word, and numbers that leave from
 * where they did not come to.
 *
 * @param {Array<Object>} events of `trace.explorer.events`, in rising order of time
 * @returns {Array<Object>} events with `type: "event"`, and `type: "quiet"` with `days`, and
 *  `type: "jump"` with `lot_name`, `from` and `to`
 */
export function withGaps(events, quiet = QUIET) {
    const rows = [];
    const places = new Map();
    let last = null;
    for (const event of events) {
        const days = last ? Math.floor((millis(event.event_time) - millis(last)) / DAY) : 0;
        if (days >= quiet) {
            rows.push({ type: "quiet", key: `quiet-${event.id}`, days, from: last });
        }
        const jump = jumpOf(event, places);
        if (jump) {
            rows.push(jump);
        }
        rows.push({ ...event, type: "event", key: `event-${event.id}` });
        last = event.event_time;
    }
    return rows;
}

/**
 * Whether an event begins where its lot was not: null, or what to say. A serial number is in one
 * place; of a lot something may have stayed wherever it has been.
 */
function jumpOf(event, places) {
    if (!MOVES.has(event.kind) || !event.lot_id) {
        return null;
    }
    const been = places.get(event.lot_id) || { all: new Set(), last: null, name: "" };
    const one = event.tracking === "serial";
    const fits = one ? been.last === event.source_id : been.all.has(event.source_id);
    const known = been.all.size > 0 && INSIDE.has(event.source_usage);
    const jump = {
        type: "jump",
        key: `jump-${event.id}`,
        lot_name: event.lot_name,
        from: been.name,
        to: event.source_name,
    };
    if (INSIDE.has(event.dest_usage)) {
        been.all.add(event.dest_id);
    }
    places.set(event.lot_id, { ...been, last: event.dest_id, name: event.dest_name });
    return known && !fits ? jump : null;
}

/** Rows by day: list of `{day, rows}`; `dayOf` gives the day of a moment as text. */
export function byDay(rows, dayOf) {
    const days = [];
    for (const row of rows) {
        const day = row.event_time ? dayOf(row.event_time) : days.at(-1)?.day;
        if (!days.length || days.at(-1).day !== day) {
            days.push({ day, key: `${day}-${row.key}`, rows: [] });
        }
        days.at(-1).rows.push(row);
    }
    return days;
}
