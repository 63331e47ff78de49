// GS1 Digital Link URIs. Twin of core/gs1/digital_link.py.
import { AIS } from "./dictionary.js";
import { GTIN_LENGTHS, hasCheckDigit, isDigits } from "./keys.js";
import { Gs1Error, head } from "./messages.js";
import { fieldError, readValue } from "./reading.js";
import { SHORT_ATTRIBUTES, SHORT_NAMES } from "./table.js";

const URI = /^((?:https?|HTTPS?):\/\/[^/_~?#@!$&'()*+,;=%]+)(\/[^?#]*)(?:\?([^#]*))?(?:#.*)?$/;
const CHARACTERS = /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*$/;
const SCHEME = /^https?:\/\//i;
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
export const CANONICAL_STEM = "https://id.gs1.org";

function decode(text, plus) {
    const spaced = plus ? text.replaceAll("+", " ") : text;
    return spaced.replace(/%([0-9A-Fa-f]{2})/g, (code, hex) =>
        String.fromCharCode(parseInt(hex, 16)),
    );
}

/** A field of the URI as written: its AI's entry, value, and where the value stands. */
function makePair(entry, raw, position, plus = false) {
    let value = decode(raw, plus);
    const exact = value === raw;
    if (entry.ai === "01" && GTIN_LENGTHS.includes(value.length)) {
        value = value.padStart(14, "0");
    }
    return { entry, value, position, exact };
}

function readPair({ entry, value, position, exact }, context) {
    return readValue(entry, value, position, context, { exact });
}

/** Whether the text is a web address. */
export function looksLikeUri(text) {
    return SCHEME.test(text);
}

/** The parts of a path with their positions. */
function readSegments(path, position) {
    let at = position;
    return path
        .split("/")
        .slice(1)
        .map((text) => {
            const segment = { position: at + 1, text };
            at += 1 + text.length;
            return segment;
        });
}

function named(text) {
    return AIS.get(text) ?? AIS.get(SHORT_NAMES[text.toLowerCase()]);
}

/** The fields at the end of a path, the key first, and a last segment without partner. */
function pathPairs(segments) {
    for (const count of [segments.length, segments.length - 1]) {
        for (let at = count - 2; at >= 0; at -= 2) {
            const entry = named(segments[at].text);
            if (!entry) {
                break;
            }
            if (entry.key) {
                const pairs = [];
                for (let i = at; i < count; i += 2) {
                    const { position, text } = segments[i + 1];
                    pairs.push(makePair(named(segments[i].text), text, position));
                }
                return [pairs, count < segments.length ? segments.at(-1) : null];
            }
        }
    }
    return [[], null];
}

/** Whether the key looks like one: /01/ in the path of any web page is no GTIN. */
function isPlausible(pair, context) {
    if (pair.entry.pattern.test(pair.value)) {
        return true;
    }
    try {
        readPair(pair, context);
    } catch (error) {
        context.warn("almost", { cause: error });
    }
    return false;
}

function queryPairs(query, start, context) {
    const pairs = [];
    let position = start;
    for (const text of query.split("&")) {
        const equals = text.indexOf("=");
        const name = text.slice(0, equals);
        const entry = AIS.get(name) ?? AIS.get(SHORT_ATTRIBUTES[name]);
        if (equals >= 0 && entry) {
            const value = text.slice(equals + 1);
            pairs.push(makePair(entry, value, position + equals + 1, true));
        } else if (equals >= 0 && isDigits(name)) {
            context.tolerate(new Gs1Error("no_ai", { position, found: name }));
        }
        position += text.length + 1;
    }
    return pairs;
}

/** Whether the qualifiers stand in an order that the key allows. */
function isSequence(key, qualifiers) {
    return key.some((alternative) => {
        let at = 0;
        return qualifiers.every((ai) => (at = alternative.indexOf(ai, at) + 1));
    });
}

function checkOrder(pairs, context) {
    const ais = [];
    for (const { entry, position } of pairs.slice(1)) {
        ais.push(entry.ai);
        if (!isSequence(pairs[0].entry.key, ais)) {
            context.tolerate(fieldError("uri_order", entry, position));
            return;
        }
    }
}

function belongsIntoPath(ai, [key, ...qualifiers]) {
    const places = [...qualifiers.keys(), qualifiers.length];
    return places.some((at) => isSequence(AIS.get(key).key, qualifiers.toSpliced(at, 0, ai)));
}

function checkAttributes(pairs, attributes, context) {
    const path = pairs.map(({ entry }) => entry.ai);
    const seen = new Set(path);
    for (const { entry, position } of attributes) {
        if (seen.has(entry.ai)) {
            context.tolerate(fieldError("uri_repeated", entry, position));
        } else if (!entry.attribute) {
            context.tolerate(fieldError("uri_attribute", entry, position));
        } else if (belongsIntoPath(entry.ai, path)) {
            context.tolerate(fieldError("uri_path", entry, position));
        }
        seen.add(entry.ai);
    }
}

/** First bytes of a compressed URI that begins with a GTIN: AI 01, and tables starting with it. */
const COMPRESSED_GTIN = [0x01, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f];

/** Refuses what decodes, base64url bit by bit, to a valid GTIN in 47 bits. */
function refuseCompressed({ position, text }) {
    if (text.length < 10 || [...text].some((char) => !BASE64URL.includes(char))) {
        return;
    }
    const bits = [...text.slice(0, 10)]
        .map((char) => BASE64URL.indexOf(char).toString(2).padStart(6, "0"))
        .join("");
    const gtin = String(parseInt(bits.slice(8, 55), 2)).padStart(14, "0");
    const starts = COMPRESSED_GTIN.includes(parseInt(bits.slice(0, 8), 2));
    if (starts && gtin.length === 14 && hasCheckDigit(gtin)) {
        throw new Gs1Error("uri_compressed", { position, found: head(text) });
    }
}

/** The elements of a GS1 Digital Link URI, or null if the web address is none. */
export function readDigitalLink(text, position, context) {
    const uri = CHARACTERS.test(text) ? URI.exec(text) : null;
    const [, host, path, query] = uri ?? [];
    const segments = uri ? readSegments(path, position + host.length) : [];
    const [pairs, rest] = pathPairs(segments);
    if (!pairs.length) {
        if (segments.length) {
            refuseCompressed(segments.at(-1));
        }
        context.warn("no_digital_link");
        return null;
    }
    if (!isPlausible(pairs[0], context)) {
        return null;
    }
    if (rest) {
        const about = { position: rest.position, found: rest.text || "/" };
        context.tolerate(new Gs1Error("uri_end", about));
    }
    const start = position + host.length + path.length + 1;
    const attributes = query ? queryPairs(query, start, context) : [];
    checkOrder(pairs, context);
    checkAttributes(pairs, attributes, context);
    return [...pairs, ...attributes].map((pair) => readPair(pair, context));
}

function encode(text) {
    return encodeURIComponent(text).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}

/** A GS1 Digital Link URI of pairs [entry, value], values checked. */
export function writeDigitalLink(pairs, stem) {
    const key = pairs.find(([entry]) => entry.key)?.[0];
    if (!key) {
        throw new Gs1Error("no_key");
    }
    const values = new Map();
    for (const [entry, value] of pairs) {
        if (!values.has(entry.ai)) {
            values.set(entry.ai, value);
        }
    }
    const present = (names) => names.filter((ai) => values.has(ai));
    let qualifiers = [];
    for (const alternative of key.key) {
        if (present(alternative).length > qualifiers.length) {
            qualifiers = present(alternative);
        }
    }
    const path = [key.ai, ...qualifiers];
    const rest = [...values.keys()].filter((ai) => !path.includes(ai)).map((ai) => AIS.get(ai));
    const wrong = rest.find((entry) => !entry.attribute);
    if (wrong) {
        throw fieldError("uri_attribute", wrong, 0);
    }
    rest.sort((one, other) => other.predefined - one.predefined);
    const query = rest.map(({ ai }) => `${ai}=${encode(values.get(ai))}`).join("&");
    const link = path.map((ai) => `/${ai}/${encode(values.get(ai))}`).join("");
    return stem.replace(/\/+$/, "") + link + (query ? `?${query}` : "");
}
