// The form printed under barcodes, (01)09521234543213(10)ABC. Twin of core/gs1/brackets.py.
import { AIS } from "./dictionary.js";
import { Gs1Error, head } from "./messages.js";
import { readValue } from "./reading.js";
import { makeElement } from "./result.js";
import { SEPARATOR } from "./table.js";

const SEPARATORS_BEHIND = new RegExp(`(?:${SEPARATOR})+$`);
const OPENING = /\(([0-9]{2,4})\)/y;

function openingAt(text, at) {
    OPENING.lastIndex = at;
    return OPENING.exec(text);
}

/** Whether the text begins with a known application identifier in brackets. */
export function looksBracketed(text) {
    return AIS.has(openingAt(text, 0)?.[1]);
}

/** Where the next field begins: at the next bracketed number that is not escaped. */
function endOfValue(text, start, position) {
    for (let at = start; at < text.length; at++) {
        if (text[at] === "\\") {
            at++;
        } else if (text[at] === "(") {
            if (openingAt(text, at)) {
                return at;
            }
            if (!text.includes(")", at)) {
                const found = head(text.slice(at));
                throw new Gs1Error("bad_brackets", { position: position + at, found });
            }
        }
    }
    return text.length;
}

/** Cuts the text into [ai, index of the value, value as written]. */
function readGroups(text, position) {
    const groups = [];
    let at = 0;
    while (at < text.length) {
        const opening = openingAt(text, at);
        if (!opening) {
            const found = head(text.slice(at));
            throw new Gs1Error("bad_brackets", { position: position + at, found });
        }
        const start = at + opening[0].length;
        at = endOfValue(text, start, position);
        groups.push([opening[1], start, text.slice(start, at)]);
    }
    return groups;
}

function tidyValue(entry, value) {
    const tidy = value
        .replace(/^[ \t]+|[ \t]+$/g, "")
        .replace(SEPARATORS_BEHIND, "")
        .replace(/\\([()])/g, "$1");
    return entry.components.every((part) => part.kind === "N") ? tidy.replaceAll(" ", "") : tidy;
}

/** The elements of a text with its application identifiers in brackets. */
export function readBracketed(text, position, context) {
    const elements = [];
    for (const [ai, start, value] of readGroups(text, position)) {
        const entry = AIS.get(ai);
        const where = position + start;
        if (!entry) {
            const at = where - ai.length - 1;
            context.tolerate(new Gs1Error("no_ai", { position: at, found: ai }));
            elements.push(makeElement("", "", `(${ai})${value}`, at - 1));
            continue;
        }
        const tidy = tidyValue(entry, value);
        elements.push(readValue(entry, tidy, where, context, { exact: tidy === value }));
        if (value.replace(/\\[\s\S]/g, "").includes("(")) {
            const about = { ai, position: where, title: entry.title, found: tidy };
            context.warn("loose_bracket", about);
        }
    }
    return elements;
}

/** The printed form of pairs [ai, value]. */
export function writeBracketed(pairs) {
    return pairs.map(([ai, value]) => `(${ai})${value.replaceAll("(", "\\(")}`).join("");
}
