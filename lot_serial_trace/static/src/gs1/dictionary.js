// The application identifiers, unpacked from the generated table. Twin of core/gs1/dictionary.py.
import { AI_ROWS, CODE_LISTS as PACKED_LISTS, TEMPERATURE_UNITS, TITLES, UNITS } from "./table.js";

const CHARACTERS = { N: "[0-9]", X: '[!"%-?A-Z_a-z]', Y: "[0-9A-Z#/-]", Z: "[0-9A-Za-z_=-]" };

function readComponent(text) {
    const [spec, ...linters] = text.replace(/[[\]]/g, "").split(",");
    const variable = spec.slice(1, 3) === "..";
    const high = Number(spec.slice(variable ? 3 : 1));
    if (spec[0] === "Z") {
        linters.unshift("cset64");
    }
    const optional = text.startsWith("[");
    return { kind: spec[0], low: variable ? 1 : high, high, optional, linters };
}

function makePattern(components) {
    let head = "";
    let tail = "";
    for (const { kind, low, high, optional } of components) {
        if (optional) {
            head += "(?:";
            tail = `)?${tail}`;
        }
        head += `(${CHARACTERS[kind]}{${low},${high}})`;
    }
    return new RegExp(`^${head}${tail}$`);
}

function impliedDecimals(ai) {
    if (ai === "30" || ai === "37") {
        return 0;
    }
    if (ai in TEMPERATURE_UNITS) {
        return 2;
    }
    return ai.length === 4 && ai[0] === "3" ? Number(ai[3]) : null;
}

function readAttributes(text) {
    const found = { requires: [], excludes: [], key: null };
    for (const word of text.split(" ")) {
        const [name, value = ""] = word.split("=");
        if (name === "req") {
            found.requires.push(value.split(",").map((group) => group.split("+")));
        } else if (name === "ex") {
            found.excludes.push(...value.split(","));
        } else if (name === "dlpkey") {
            found.key = value.split("|").map((group) => group.split(",").filter(Boolean));
        }
    }
    return found;
}

function sum(components, length) {
    return components.reduce((total, part) => total + part[length], 0);
}

function* readRow([first, last, flags, spec, attributes, title]) {
    const components = spec.split(" ").map(readComponent);
    const shared = {
        predefined: flags.includes("*"),
        attribute: flags.includes("?"),
        components,
        longest: sum(components, "high"),
        pattern: makePattern(components),
        ...readAttributes(attributes),
    };
    for (let number = Number(first); number <= Number(last); number++) {
        const ai = String(number).padStart(first.length, "0");
        const decimals = impliedDecimals(ai);
        yield {
            ai,
            title: title || TITLES[ai],
            ...shared,
            decimals,
            unit: TEMPERATURE_UNITS[ai] || UNITS[ai.slice(0, 3)] || null,
            plain: decimals === null && components.every((part) => !part.linters.length),
        };
    }
}

/** Every application identifier, by its digits: Map of entries. */
export const AIS = new Map();
/** How long an AI is, by its first two digits. */
export const AI_LENGTHS = {};
/** Length of AI and value of fields that need no separator, by the first two digits. */
export const PREDEFINED_LENGTHS = {};

for (const row of AI_ROWS) {
    for (const entry of readRow(row)) {
        AIS.set(entry.ai, entry);
        AI_LENGTHS[entry.ai.slice(0, 2)] = entry.ai.length;
        if (entry.predefined) {
            PREDEFINED_LENGTHS[entry.ai.slice(0, 2)] = entry.ai.length + entry.longest;
        }
    }
}

/** Code lists by name, each a Set. */
export const CODE_LISTS = Object.fromEntries(
    Object.entries(PACKED_LISTS).map(([name, codes]) => [name, new Set(codes.split(" "))]),
);
