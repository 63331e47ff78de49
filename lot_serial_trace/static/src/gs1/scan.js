// From what a scanner sent to what it says. Twin of core/gs1/scan.py, which tells the rules.
import { looksBracketed, readBracketed } from "./brackets.js";
import { AI_LENGTHS, AIS } from "./dictionary.js";
import { looksLikeUri, readDigitalLink } from "./digital_link.js";
import {
    GTIN_LENGTHS,
    checkDigit,
    expandUpcE,
    hasCheckDigit,
    isDigits,
    isRestricted,
    isSscc,
} from "./keys.js";
import { Gs1Error } from "./messages.js";
import { Context, checkRelations, readField, settleRepeats } from "./reading.js";
import { makeElement, promote } from "./result.js";
import {
    ENVELOPE,
    ENVELOPE_END,
    FRAME,
    MAX_LENGTH,
    SEPARATOR,
    SYMBOLOGIES,
    SYMBOLOGY_LETTERS,
} from "./table.js";

const SYMBOLOGY_ID = new RegExp(`^\\][${SYMBOLOGY_LETTERS}][0-9A-Fa-f]`);
const SEPARATORS = new RegExp(SEPARATOR, "g");
// characters that no field may contain, besides # in the seldom (8010)
const ODD = /[^!"%-?A-Z_a-z]/gu;
// errors of a text cut at what was no separator
const MISCUT = ["unknown_ai", "no_value", "empty"];
// a key in front that is hardly there by chance
const STRONG = /^(?:0[12][0-9]{14}|00[0-9]{18})/;

/** Where separators stand: list of [start, end]. */
function separatorsIn(text) {
    return Array.from(text.matchAll(SEPARATORS), ({ 0: found, index }) => [
        index,
        index + found.length,
    ]);
}

/** Where a separator of one character stands, "" nowhere. */
function everyOne(char, text) {
    const cuts = [];
    let at = char ? text.indexOf(char) : -1;
    while (at >= 0) {
        cuts.push([at, at + char.length]);
        at = text.indexOf(char, at + char.length);
    }
    return cuts;
}

/** The elements between separators. */
function readFields(cuts, text, start, context) {
    const elements = [];
    let at = 0;
    for (const [end, following] of cuts) {
        elements.push(...readField(text.slice(at, end), start + at, context));
        at = following;
    }
    elements.push(...readField(text.slice(at), start + at, context));
    if (!elements.length) {
        throw new Gs1Error("empty", { position: start });
    }
    return elements;
}

/** The text without those characters at its end. */
function trimEnd(text, chars) {
    let end = text.length;
    while (end > 0 && chars.includes(text[end - 1])) {
        end--;
    }
    return text.slice(0, end);
}

class Scan {
    constructor(raw, symbology, kind, body, start, context) {
        Object.assign(this, { raw, symbology, kind, body, start, context });
    }

    read() {
        const { body, start, context } = this;
        if (this.kind === "ean") {
            return this.readEan();
        }
        if (looksLikeUri(body)) {
            return this.readUri();
        }
        if (looksBracketed(body)) {
            if (this.kind === "gs1") {
                context.warn("printed_brackets");
            }
            return this.result("bracketed", readBracketed(body, start, context));
        }
        if (body.startsWith(ENVELOPE)) {
            const inner = trimEnd(body.slice(ENVELOPE.length), ENVELOPE_END);
            return this.readMarked(inner, start + ENVELOPE.length);
        }
        if (this.kind === "gs1" || this.hasSeparators()) {
            return this.readMarked(body, start);
        }
        return STRONG.test(body) ? this.readUnmarked() : this.plain();
    }

    result(form, all, found = {}) {
        const elements = settleRepeats(all, this.context);
        checkRelations(elements, this.context);
        const promoted = { ...promote(elements), ...found };
        if (promoted.gtin && isRestricted(promoted.gtin)) {
            this.context.warn("restricted", { position: this.start, found: promoted.gtin });
        }
        return Object.freeze({
            raw: this.raw,
            symbology: this.symbology,
            form,
            text: this.body,
            elements,
            warnings: this.context.warnings,
            ...promoted,
        });
    }

    /** A text that is no GS1 data, with the key that a bare number may be. */
    plain(cause = null) {
        const { body, start, context } = this;
        if (cause) {
            context.warn("almost", { position: start, cause });
        }
        const found = {};
        if (GTIN_LENGTHS.includes(body.length) && hasCheckDigit(body)) {
            found.gtin = body.padStart(14, "0");
        } else if (isSscc(body)) {
            found.sscc = body;
        } else if ([12, 13, 14].includes(body.length) && isDigits(body)) {
            const expected = checkDigit(body.slice(0, -1));
            context.warn("no_gtin", { position: start, found: body, expected });
        }
        return this.result("plain", [], found);
    }

    /** A web address: a GS1 Digital Link or plain text. */
    readUri() {
        const elements = readDigitalLink(this.body, this.start, this.context);
        return elements ? this.result("digital_link", elements) : this.plain();
    }

    /** Whether FNC1 stands in front, or somewhere behind an application identifier. */
    hasSeparators() {
        const { body } = this;
        if (/^\^[0-9]/.test(body)) {
            return true;
        }
        const first = body.search(SEPARATORS);
        return (
            first === 0 || (first > 0 && AIS.has(body.slice(0, AI_LENGTHS[body.slice(0, 2)] ?? 0)))
        );
    }

    /** Element strings that say that they are some. */
    readMarked(text, start) {
        const elements = this.readElements(text, start);
        if (this.symbology && this.kind !== "gs1") {
            this.context.warn("no_symbology");
        }
        return this.result("element_string", elements);
    }

    /** A text that begins with a GTIN or SSCC: element strings if all of it fits. */
    readUnmarked() {
        try {
            return this.readMarked(this.body, this.start);
        } catch (error) {
            this.context.warnings = [];
            if (error.code === "check_digit" && this.followsMore()) {
                throw error;
            }
            return this.plain(error);
        }
    }

    /** Whether readable fields follow the key in front. */
    followsMore() {
        const length = this.body.startsWith("00") ? 20 : 16;
        try {
            this.readElements(this.body.slice(length), this.start + length);
        } catch {
            return false;
        } finally {
            this.context.warnings = [];
        }
        return true;
    }

    /** The elements of a text, by whatever separates its fields. */
    readElements(text, start) {
        if (text.startsWith("^")) {
            return readFields(everyOne("^", text), text, start, this.context);
        }
        const cuts = separatorsIn(text);
        if (cuts.length) {
            return readFields(cuts, text, start, this.context);
        }
        const attempts = [["", false]];
        const odd = new Set(text.match(ODD));
        if (odd.size === 1) {
            attempts.push([[...odd][0], false]);
        }
        if (this.context.lenient) {
            attempts.push(...attempts.map(([separator]) => [separator, true]).reverse());
        }
        return this.tryEach(attempts, text, start);
    }

    /** The elements by the first attempt that reads the whole text. */
    tryEach(attempts, text, start) {
        let cause = null;
        for (const [separator, lenient] of attempts) {
            const trial = new Context(this.context.year, lenient);
            let elements;
            try {
                elements = readFields(everyOne(separator, text), text, start, trial);
            } catch (error) {
                if (!cause || (separator && !MISCUT.includes(error.code))) {
                    cause = error;
                }
                continue;
            }
            const known = elements.every((element) => element.ai);
            if (known || (this.kind === "gs1" && !separator)) {
                this.context.warnings.push(...trial.warnings);
                if (separator) {
                    this.context.warn("other_separator", { position: start, found: separator });
                }
                return elements;
            }
        }
        throw cause;
    }

    /** A symbol of the EAN/UPC family, with or without a composite component. */
    readEan() {
        const cut = this.body.indexOf("]e0");
        if (cut < 0) {
            return this.result("plain", [], { gtin: this.eanGtin(this.body) });
        }
        const gtin = this.eanGtin(this.body.slice(0, cut).replace(/\|$/, ""));
        const key = makeElement("01", AIS.get("01").title, gtin, this.start);
        const elements = this.readElements(this.body.slice(cut + 3), this.start + cut + 3);
        return this.result("element_string", [key, ...elements]);
    }

    /** The 14 digits of what an EAN/UPC symbol carries; add-on digits are dropped. */
    eanGtin(text) {
        const addOn = this.symbology === "]E3" && [15, 18].includes(text.length);
        const found = addOn ? text.slice(0, 13) : text;
        const lengths = this.symbology === "]E4" ? [8] : [13, 12, 8, 7, 6];
        const position = this.start;
        if (!lengths.includes(found.length) || !isDigits(found)) {
            throw new Gs1Error("gtin_length", { position, found, wanted: lengths[0] });
        }
        const upc = this.symbology === "]E4" ? null : expandUpcE(found);
        if (upc || (found.length >= 8 && hasCheckDigit(found))) {
            return (upc || found).padStart(14, "0");
        }
        const expected = checkDigit(found.slice(0, -1));
        throw new Gs1Error("gtin_check_digit", { position, found, expected });
    }
}

/**
 * Reads a scan.
 *
 * @param {string} text what the scanner sent or somebody typed
 * @param {Object} [options]
 * @param {number} [options.year] year from which two-digit years are counted, this one by default
 * @param {boolean} [options.lenient] report flaws that do not touch the numbers and dates of the
 *  item as warnings
 * @param {boolean} [options.marked] take the text for GS1 data on the caller's word
 * @returns {Object} frozen { raw, symbology, form, text, elements, warnings, gtin, content_gtin,
 *  sscc, lot, serial, expiry, best_before, sell_by, production, packaging, expiry_datetime,
 *  count, gln, measures, amounts }; form is "element_string", "bracketed", "digital_link" or
 *  "plain", dates are "YYYY-MM-DD", see core/gs1/result.py
 * @throws {Gs1Error} if the text is GS1 data with a fault; nothing else is thrown
 */
export function parse(text, { year, lenient = false, marked = false } = {}) {
    const length = text.length > MAX_LENGTH ? Array.from(text).length : text.length;
    if (length > MAX_LENGTH) {
        throw new Gs1Error("too_much", { length, limit: MAX_LENGTH });
    }
    const context = new Context(year || new Date().getFullYear(), lenient);
    let start = 0;
    while (start < text.length && FRAME.includes(text[start])) {
        start++;
    }
    let body = trimEnd(text.slice(start), FRAME);
    const symbology = SYMBOLOGY_ID.exec(body)?.[0] ?? null;
    if (symbology) {
        start += symbology.length;
        body = body.slice(symbology.length);
    }
    const kind = marked ? "gs1" : (SYMBOLOGIES[symbology]?.[1] ?? null);
    if (!body && (kind || !symbology)) {
        throw new Gs1Error("empty", { position: start });
    }
    return new Scan(text, symbology, kind, body, start, context).read();
}
