// GTIN, SSCC and their check digits. Twin of core/gs1/keys.py.

export const GTIN_LENGTHS = [8, 12, 13, 14];

/** Whether the text consists of the digits 0 to 9. */
export function isDigits(text) {
    return /^[0-9]+$/.test(text);
}

/** The GS1 check digit (modulo 10, weights 3 and 1 from the right) for digits without it. */
export function checkDigit(body) {
    if (!isDigits(body)) {
        throw new RangeError(`A check digit needs digits, not ${body}`);
    }
    let sum = 0;
    for (let i = 0; i < body.length; i++) {
        sum += Number(body[body.length - 1 - i]) * (i % 2 ? 1 : 3);
    }
    return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of a GTIN, SSCC, GLN... is its right check digit. */
export function hasCheckDigit(text) {
    return text.length > 1 && isDigits(text) && checkDigit(text.slice(0, -1)) === text.at(-1);
}

/** A GTIN-8, -12, -13 or -14 as 14 digits, or null. Spaces and hyphens are dropped. */
export function normaliseGtin(text) {
    const digits = String(text || "").replace(/[ -]/g, "");
    const valid = GTIN_LENGTHS.includes(digits.length) && hasCheckDigit(digits);
    return valid ? digits.padStart(14, "0") : null;
}

/** Whether both are valid GTINs of the same item, whatever their length. */
export function sameGtin(first, second) {
    const gtin = normaliseGtin(first);
    return gtin !== null && gtin === normaliseGtin(second);
}

/** Whether the text is a serial shipping container code: 18 digits with check digit. */
export function isSscc(text) {
    return text.length === 18 && hasCheckDigit(text);
}

/** UPC-A without check digit for the seven digits of a UPC-E (number system in front). */
function expand(seven) {
    const last = seven[6];
    if (last <= "2") {
        return `${seven.slice(0, 3)}${last}0000${seven.slice(3, 6)}`;
    }
    if (last === "3") {
        return `${seven.slice(0, 4)}00000${seven.slice(4, 6)}`;
    }
    if (last === "4") {
        return `${seven.slice(0, 5)}00000${seven[5]}`;
    }
    return `${seven.slice(0, 6)}0000${last}`;
}

/**
 * The UPC-A (12 digits) of a UPC-E with 6, 7 or 8 digits, or null. With 6 digits the number
 * system is 0; with 6 or 7 there is no check digit to verify.
 */
export function expandUpcE(text) {
    if (!/^[0-9]{6,8}$/.test(text)) {
        return null;
    }
    const seven = text.length === 6 ? `0${text}` : text.slice(0, 7);
    if (seven[0] > "1") {
        return null;
    }
    const body = expand(seven);
    const digit = checkDigit(body);
    return text.length === 8 && text[7] !== digit ? null : body + digit;
}

/** Whether a 14-digit GTIN is numbered inside a shop or company. */
export function isRestricted(gtin) {
    if (gtin[0] !== "0") {
        return false;
    }
    if (gtin.startsWith("000000")) {
        return "02".includes(gtin[6]);
    }
    return ["02", "04"].includes(gtin.slice(1, 3)) || gtin[1] === "2";
}
