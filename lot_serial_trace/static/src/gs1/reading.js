// Values, fields and their relations. Twin of core/gs1/reading.py.
import { readDate, readTime } from "./dates.js";
import { AI_LENGTHS, AIS, PREDEFINED_LENGTHS } from "./dictionary.js";
import { LINTERS } from "./linters.js";
import { Gs1Error, head, makeWarning } from "./messages.js";
import { makeElement } from "./result.js";
import { RESERVED_LENGTHS, SERIALISED_KEYS, TIMELESS, VITAL } from "./table.js";

const CHARSET_LINTERS = { N: "csetnumeric", X: "cset82", Y: "cset39", Z: "cset64" };
const DATES = { yymmd0: true, yymmdd: false, yyyymmd0: true, yyyymmdd: false };
const TIMES = ["hhmi", "hh", "mi", "ss"];

/** What holds for a whole scan while it is read. */
export class Context {
    constructor(year, lenient) {
        this.year = year;
        this.lenient = lenient;
        this.warnings = [];
    }

    /** Notes something odd. */
    warn(code, about = {}) {
        this.warnings.push(makeWarning(code, about));
    }

    /** Takes an error as a warning where the reading is lenient, else throws it. */
    tolerate(error) {
        if (!this.lenient) {
            throw error;
        }
        const { code, position, values } = error;
        this.warnings.push(makeWarning(code, { ...values, position }));
    }
}

/** An error about a field. */
export function fieldError(code, entry, position, values = {}) {
    return new Gs1Error(code, { ai: entry.ai, position, title: entry.title, ...values });
}

/** The length that a value cut off at `length` should have had at least. */
function wantedLength(entry, length) {
    let total = 0;
    for (const part of entry.components) {
        total += part.low;
        if (total > length) {
            return total;
        }
        total += part.high - part.low;
    }
    return entry.longest;
}

/** Why the value does not fit the entry's pattern: [code, index, values]. */
function shapeFlaw(entry, value) {
    if (!value) {
        return ["no_value", 0, {}];
    }
    let at = 0;
    for (const part of entry.components) {
        const text = value.slice(at, at + part.high);
        const flaw = LINTERS[CHARSET_LINTERS[part.kind]](text, 0);
        if (flaw && flaw[0] !== "bad_padding") {
            return [flaw[0], at + flaw[1], flaw[2]];
        }
        at += text.length;
    }
    const { length } = value;
    const values = { found: value, length };
    return length <= entry.longest
        ? ["too_short", 0, { ...values, wanted: wantedLength(entry, length) }]
        : ["too_long", 0, { ...values, wanted: entry.longest }];
}

/** What a linter says about a component: null or [code, index, values]. */
function contentFlaw(entry, parts, year) {
    let at = 0;
    for (const [i, part] of entry.components.entries()) {
        const text = parts[i];
        if (text === undefined) {
            return null;
        }
        for (const name of part.linters) {
            const flaw = LINTERS[name](text, year);
            if (flaw && !(text === "9999" && TIMELESS.includes(entry.ai))) {
                return [flaw[0], at + flaw[1], { found: text, ...flaw[2] }];
            }
        }
        at += text.length;
    }
    return null;
}

/** The exact number that a value's last digits stand for, as text. */
function exactNumber(entry, parts) {
    const digits = parts.filter((text) => text && text !== "-").at(-1);
    const padded = digits.padStart(entry.decimals + 1, "0");
    const point = padded.length - entry.decimals;
    const whole = padded.slice(0, point).replace(/^0+(?=[0-9])/, "");
    const number = entry.decimals ? `${whole}.${padded.slice(point)}` : whole;
    return parts.at(-1) === "-" ? `-${number}` : number;
}

/** The fields of an element that its components fill. */
function readParts(entry, parts, year) {
    const said = {};
    let clock = "";
    for (const [i, part] of entry.components.entries()) {
        const text = parts[i];
        for (const name of text ? part.linters : []) {
            if (name in DATES) {
                said[said.date ? "end_date" : "date"] = readDate(text, year, DATES[name]);
            } else if (TIMES.includes(name) && text !== "9999") {
                clock += text;
            } else if (name === "iso4217") {
                said.currency = text;
            }
        }
    }
    if (clock) {
        said.datetime = `${said.date}T${readTime(clock)}`;
    }
    if (entry.decimals !== null) {
        said.number = exactNumber(entry, parts);
        said.unit = entry.unit;
    }
    return said;
}

/**
 * Checks a value and says what it means.
 *
 * `exact`: whether positions in the value are positions in the scanned text; `certain`: whether
 * the value's end is known otherwise than by its length.
 */
export function readValue(entry, value, position, context, { exact = true, certain = true } = {}) {
    const parts = entry.pattern.exec(value)?.slice(1);
    const flaw = parts ? contentFlaw(entry, parts, context.year) : shapeFlaw(entry, value);
    if (!flaw) {
        const said = readParts(entry, parts, context.year);
        return makeElement(entry.ai, entry.title, value, position, said);
    }
    const [code, index, values] = flaw;
    const error = fieldError(code, entry, position + (exact ? index : 0), values);
    const oddCharacter = code === "not_cset82" && certain && value.length <= entry.longest;
    if (VITAL.includes(entry.ai) || (!parts && !oddCharacter)) {
        throw error;
    }
    context.tolerate(error);
    return makeElement(entry.ai, entry.title, value, position);
}

const LOST = /(?=(1[13567])([0-9]{6})|(01)([0-9]{14}))/g;

/** Warns if the value of a free text ends with what looks like a date or GTIN field. */
function lookForLostSeparator(entry, element, context) {
    const { value } = element;
    if (value.length < 9 || !entry.plain) {
        return;
    }
    for (const match of value.matchAll(LOST)) {
        const [ai, text] = match[1] ? [match[1], match[2]] : [match[3], match[4]];
        if (!match.index || contentFlaw(AIS.get(ai), [text], context.year)) {
            continue;
        }
        const rest = value.slice(match.index + ai.length + text.length);
        if (!rest || AIS.has(rest.slice(0, AI_LENGTHS[rest.slice(0, 2)] ?? 2))) {
            context.warn("no_separator", {
                ai: entry.ai,
                position: element.position + match.index,
                title: entry.title,
                found: value.slice(match.index),
            });
            return;
        }
    }
}

function unknownField(text, position, context) {
    context.tolerate(new Gs1Error("unknown_ai", { position, found: head(text) }));
    return makeElement("", "", text, position);
}

/** The elements between two separators: AI and value, and more while lengths are predefined. */
export function readField(text, position, context) {
    const elements = [];
    let at = 0;
    while (at < text.length) {
        const prefix = text.slice(at, at + 2);
        const entry = AIS.get(text.slice(at, at + (AI_LENGTHS[prefix] ?? 2)));
        let end = at + (PREDEFINED_LENGTHS[prefix] ?? text.length);
        if (!entry) {
            end = at + (RESERVED_LENGTHS[prefix] ?? end - at);
            elements.push(unknownField(text.slice(at, end), position + at, context));
        } else {
            const start = at + entry.ai.length;
            const value = text.slice(start, end);
            const certain = !entry.predefined;
            elements.push(readValue(entry, value, position + start, context, { certain }));
            if (certain) {
                lookForLostSeparator(entry, elements.at(-1), context);
            }
        }
        at = end;
    }
    return elements;
}

/** Drops repeated fields; the same field with two values is an error. */
export function settleRepeats(elements, context) {
    const seen = {};
    const kept = [];
    for (const element of elements) {
        const first = element.ai ? (seen[element.ai] ??= element) : element;
        if (first === element) {
            kept.push(element);
        } else if (first.value !== element.value) {
            const { ai, position, title, value } = element;
            const about = { ai, position, title, found: value, other: first.value };
            const error = new Gs1Error("repeated", about);
            if (VITAL.includes(ai) || ai === "10" || ai === "21") {
                throw error;
            }
            context.tolerate(error);
            kept.push(element);
        }
    }
    return kept;
}

/** Whether an AI fits a pattern such as 31nn. */
function fits(pattern, ai) {
    return ai.length === pattern.length && [...pattern].every((c, i) => c === "n" || c === ai[i]);
}

/** Warns where fields miss a companion or must not stand together. */
export function checkRelations(elements, context) {
    const ais = elements.map((element) => element.ai);
    const present = (group) => group.every((pattern) => ais.some((ai) => fits(pattern, ai)));
    for (const { ai, position, title } of elements) {
        const { requires, excludes } = AIS.get(ai) ?? { requires: [], excludes: [] };
        for (const alternatives of requires) {
            if (!alternatives.some(present)) {
                const others = alternatives.map((group) => `(${group.join(") + (")})`).join(", ");
                context.warn("requires", { ai, position, title, others });
            }
        }
        for (const pattern of excludes) {
            const other = ais.find((candidate) => candidate !== ai && fits(pattern, candidate));
            if (other) {
                context.warn("excludes", { ai, position, title, other });
            }
        }
    }
    for (const { ai, position, title, value } of ais.includes("8030") ? elements : []) {
        if (value.length === SERIALISED_KEYS[ai]) {
            context.warn("unserialised", { ai, position, title });
        }
    }
}
