// What a scan says. Twin of core/gs1/result.py; keys are spelled as there, so that a result can
// be sent to the server or compared with the server's as it is.
import { FIELDS, GLN_AIS } from "./table.js";

/**
 * One field of a scan: { ai, title, value, position, date, end_date, datetime, number, unit,
 * currency, numeric }.
 *
 * `date` and `end_date` are "YYYY-MM-DD", `datetime` is "YYYY-MM-DDTHH:MM:SS" without zone,
 * `number` is exact and therefore text, `numeric` is the same as a JavaScript number, `unit` a
 * UNECE Rec 20 code, `currency` an ISO 4217 numeric code.
 */
export function makeElement(ai, title, value, position, said = {}) {
    const number = said.number ?? null;
    return Object.freeze({
        ai,
        title,
        value,
        position,
        date: said.date ?? null,
        end_date: said.end_date ?? null,
        datetime: said.datetime ?? null,
        number,
        unit: said.unit ?? null,
        currency: said.currency ?? null,
        numeric: number === null ? null : Number(number),
    });
}

function meaning(name, element) {
    if (name === "count") {
        return element.numeric;
    }
    if (name === "expiry_datetime") {
        return element.datetime;
    }
    if (element.date) {
        return element.date;
    }
    // (8006) and (8026) carry piece and total behind the GTIN
    return name.endsWith("gtin") ? element.value.slice(0, 14) : element.value;
}

/** The named parts of a result, taken from its elements; the first of a kind wins. */
export function promote(elements) {
    const found = {
        gtin: null,
        content_gtin: null,
        sscc: null,
        lot: null,
        serial: null,
        expiry: null,
        best_before: null,
        sell_by: null,
        production: null,
        packaging: null,
        expiry_datetime: null,
        count: null,
    };
    const byAi = {};
    for (const element of elements) {
        byAi[element.ai] ??= element;
        const name = FIELDS[element.ai];
        if (name) {
            found[name] ??= meaning(name, element);
        }
    }
    found.expiry ??= byAi["7003"]?.date ?? null;
    found.production ??= byAi["8008"]?.date ?? null;
    const place = GLN_AIS.find((ai) => byAi[ai]);
    return {
        ...found,
        gln: place ? byAi[place].value : null,
        measures: elements.filter((element) => element.unit),
        amounts: elements.filter(({ ai, number }) => number && ai.startsWith("39")),
    };
}
