// Making GS1 data: for labels, receipts and links. Twin of core/gs1/writing.py.
import { writeBracketed } from "./brackets.js";
import { AIS } from "./dictionary.js";
import { CANONICAL_STEM, writeDigitalLink } from "./digital_link.js";
import { Gs1Error } from "./messages.js";
import { Context, readValue } from "./reading.js";
import { GS } from "./table.js";

// in the order in which they are written: fields that need no separator first
const NAMES = {
    sscc: "00",
    gtin: "01",
    content_gtin: "02",
    production: "11",
    packaging: "13",
    best_before: "15",
    sell_by: "16",
    expiry: "17",
    lot: "10",
    serial: "21",
    count: "37",
};

function written(ai, given) {
    const value = String(given);
    const day = /^[0-9]{2}([0-9]{2})-([0-9]{2})-([0-9]{2})$/.exec(value);
    if (day && ["11", "13", "15", "16", "17"].includes(ai)) {
        return day.slice(1).join("");
    }
    const short = ["01", "02", "03"].includes(ai) && [8, 12, 13].includes(value.length);
    return short ? value.padStart(14, "0") : value;
}

/** The fields as pairs [entry, value], every value checked. */
function checked({ fields = [], ...named }) {
    const wanted = [];
    for (const [name, ai] of Object.entries(NAMES)) {
        if (![undefined, null, false, ""].includes(named[name])) {
            wanted.push([ai, named[name]]);
        }
    }
    const context = new Context(new Date().getFullYear(), false);
    return [...wanted, ...fields].map(([ai, given]) => {
        const entry = AIS.get(ai);
        if (!entry) {
            throw new Gs1Error("no_ai", { found: ai });
        }
        const value = written(ai, given);
        readValue(entry, value, 0, context);
        return [entry, value];
    });
}

/**
 * An element string without symbology identifier.
 *
 * @param {Object} named sscc, gtin, content_gtin, production, packaging, best_before, sell_by,
 *  expiry, lot, serial, count; dates as "YYYY-MM-DD" or YYMMDD; `fields` takes more fields as
 *  pairs [ai, value], `fnc1` what separates fields
 * @throws {Gs1Error} if a value is not as the dictionary says
 */
export function buildElementString({ fnc1 = GS, ...named }) {
    return checked(named)
        .map(([entry, value], i, all) => {
            const separator = entry.predefined || i === all.length - 1 ? "" : fnc1;
            return entry.ai + value + separator;
        })
        .join("");
}

/** The text to print under a barcode, (01)09521234543213(10)A1. */
export function buildBracketed(named) {
    return writeBracketed(checked(named).map(([entry, value]) => [entry.ai, value]));
}

/** A GS1 Digital Link URI; `stem` is scheme, host and path before the key. */
export function buildDigitalLink({ stem = CANONICAL_STEM, ...named }) {
    return writeDigitalLink(checked(named), stem);
}
