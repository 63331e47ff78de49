// What can be wrong with a scan. Twin of core/gs1/messages.py.
import { ERRORS, WARNINGS } from "./table.js";

/** Puts values into a sentence with %(name)s places. */
export function format(template, values) {
    return template.replace(/%\((\w+)\)s|%%/g, (place, name) => (name ? `${values[name]}` : "%"));
}

/** The first `count` characters of a text. */
export function head(text, count = 20) {
    return Array.from(text).slice(0, count).join("");
}

/**
 * The scan claims to be GS1 data and is not right.
 *
 * `code` is a key into ERRORS, `position` an index into the scanned text. To translate:
 * `_t(error.template, error.values)`.
 */
export class Gs1Error extends Error {
    constructor(code, { ai = null, position = 0, ...values } = {}) {
        const all = { ai, character: position + 1, ...values };
        super(format(ERRORS[code], all));
        this.name = "Gs1Error";
        this.code = code;
        this.ai = ai;
        this.position = position;
        this.values = all;
    }

    get template() {
        return ERRORS[this.code];
    }
}

/** Something odd about a scan that was read all the same. */
export function makeWarning(code, { ai = null, position = 0, cause = null, ...values }) {
    const template = WARNINGS[code] || ERRORS[code];
    const all = { ai, character: position + 1, ...values };
    if (cause) {
        all.reason = cause.message;
    }
    return { code, ai, position, message: format(template, all), template, values: all, cause };
}
