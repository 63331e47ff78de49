// The content checks of the GS1 Syntax Dictionary. Twin of core/gs1/linters.py.
//
// Every check takes the text of a component and the year from which centuries are counted and
// returns null or [code, index, values].
import { readDate, readTime } from "./dates.js";
import { CODE_LISTS } from "./dictionary.js";
import { checkDigit, isDigits } from "./keys.js";
import { COUPON_OPTIONS, COUPONS } from "./table.js";

const CSET82 =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const CHECK_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

function primes(count) {
    const found = [];
    for (let candidate = 2; found.length < count; candidate++) {
        if (found.every((prime) => candidate % prime)) {
            found.push(candidate);
        }
    }
    return found;
}

const CHECK_PAIR_WEIGHTS = primes(97);

/** A character for a sentence: blanks and control characters by their number. */
function visible(char) {
    const number = char.codePointAt(0);
    const hidden = number <= 0x20 || (number >= 0x7f && number <= 0xa0);
    return hidden ? `U+${number.toString(16).toUpperCase().padStart(4, "0")}` : char;
}

const charset = (pattern, code) => (text) => {
    const wrong = pattern.exec(text);
    return wrong ? [code, wrong.index, { found: visible(wrong[0]) }] : null;
};

const matches = (pattern, code) => (text) => (pattern.test(text) ? null : [code, 0, {}]);

const csetnumeric = charset(/[^0-9]/u, "not_digit");
const cset82 = charset(/[^!"%-?A-Z_a-z]/u, "not_cset82");
const cset39 = charset(/[^0-9A-Z#/-]/u, "not_cset39");
const base64url = charset(/[^A-Za-z0-9_-]/u, "not_cset64");

function cset64(text) {
    const body = text.replace(/=+$/, "");
    const wrong = base64url(body);
    const padding = text.length - body.length;
    if (!wrong && padding && (padding > 2 || text.length % 3)) {
        return ["bad_padding", body.length, {}];
    }
    return wrong;
}

function csum(text) {
    if (!isDigits(text) || text.length < 2) {
        return csetnumeric(text) || ["too_short", 0, { length: text.length, wanted: 2 }];
    }
    const expected = checkDigit(text.slice(0, -1));
    return text.at(-1) === expected ? null : ["check_digit", 0, { expected }];
}

function csumalpha(text) {
    const flaw = ["check_pair", 0, {}];
    const body = text.slice(0, -2);
    if (text.length < 2 || body.length > CHECK_PAIR_WEIGHTS.length || cset82(body)) {
        return flaw;
    }
    let total = 0;
    for (let i = 0; i < body.length; i++) {
        total += CSET82.indexOf(body[body.length - 1 - i]) * CHECK_PAIR_WEIGHTS[i];
    }
    total %= 1021;
    const pair = CHECK_PAIR[Math.floor(total / 32)] + CHECK_PAIR[total % 32];
    return text.slice(-2) === pair ? null : flaw;
}

const companyPrefix = (start) => (text) =>
    /^[0-9]{4}$/.test(text.slice(start, start + 4)) ? null : ["company_prefix", start, {}];

const dateOf = (length, dayZero) => (text, year) =>
    text.length === length && readDate(text, year, dayZero) ? null : ["bad_date", 0, {}];

const timeOf =
    (length, before = "") =>
    (text) =>
        text.length === length && readTime(before + text) ? null : ["bad_time", 0, {}];

function iban(text) {
    const known = CODE_LISTS.iso3166alpha2.has(text.slice(0, 2));
    if (text.length <= 10 || !/^[0-9A-Z]+$/.test(text) || !known) {
        return ["bad_iban", 0, {}];
    }
    let rest = 0;
    for (const char of text.slice(4) + text.slice(0, 4)) {
        rest = Number(`${rest}${parseInt(char, 36)}`) % 97;
    }
    return rest === 1 ? null : ["bad_iban", 0, {}];
}

const listed = (name, title) => (text) =>
    CODE_LISTS[name].has(text) ? null : ["not_listed", 0, { list: title }];

const oneOf = (codes, title) => (text) =>
    text.length === 1 && codes.includes(text) ? null : ["not_listed", 0, { list: title }];

const atMost = (limit) => (text) =>
    /^[0-9]{10}$/.test(text) && Number(text) <= limit ? null : ["bad_position", 0, {}];

const digitsAnd = (pattern, code) => (text) =>
    csetnumeric(text) || (pattern.test(text) ? null : [code, 0, {}]);

function pcenc(text) {
    const wrong = /%(?![0-9A-Fa-f]{2})/.exec(text);
    return wrong
        ? ["bad_percent", wrong.index, { found: text.slice(wrong.index).slice(0, 3) }]
        : null;
}

function pieceoftotal(text) {
    const half = text.length / 2;
    const piece = Number(text.slice(0, half));
    const fits = Number.isInteger(half) && isDigits(text);
    return fits && piece > 0 && piece <= Number(text.slice(half)) ? null : ["bad_piece", 0, {}];
}

function posinseqslash(text) {
    const found = /^([1-9][0-9]*)\/([1-9][0-9]*)$/.exec(text);
    return found && BigInt(found[1]) <= BigInt(found[2]) ? null : ["bad_sequence", 0, {}];
}

/** How many characters at `at` the step takes, or null if they do not fit it. */
function couponStep(step, text, at, year) {
    const [kind, plus] = step.slice(1).split("+");
    if (step[0] === "d") {
        return Number(kind);
    }
    if (step[0] === "t") {
        return readDate(text.slice(at, at + 6), year) ? 6 : null;
    }
    const digit = text[at];
    if (step[0] === "o" && digit === "9") {
        return 1;
    }
    if (!digit || !kind.includes(digit)) {
        return null;
    }
    return step[0] === "c" ? 1 : 1 + Number(digit) + Number(plus);
}

/** Walks through the steps of a coupon: the index behind them, or null. */
function couponSteps(steps, text, start, year) {
    let at = start;
    for (const step of steps.split(" ")) {
        const taken = couponStep(step, text, at, year);
        if (taken === null || at + taken > text.length) {
            return null;
        }
        at += taken;
    }
    return at;
}

const coupon = (name) => (text, year) => {
    let at = isDigits(text) ? couponSteps(COUPONS[name], text, 0, year) : null;
    const dates = {};
    // the keys are digits, so JavaScript keeps them in ascending order, as they must stand
    for (const [marker, steps] of name === "couponcode" ? Object.entries(COUPON_OPTIONS) : []) {
        if (at !== null && text[at] === marker) {
            dates[marker] = text.slice(at + 1, at + 7);
            at = couponSteps(steps, text, at + 1, year);
        }
    }
    const backwards = dates[3] && dates[4] && dates[4] > dates[3];
    return at !== text.length || backwards ? ["bad_coupon", 0, {}] : null;
};

const iso3166 = listed("iso3166", "ISO 3166");

export const LINTERS = {
    cset39,
    cset64,
    cset82,
    couponcode: coupon("couponcode"),
    couponposoffer: coupon("couponposoffer"),
    csetnumeric,
    csum,
    csumalpha,
    gcppos1: companyPrefix(0),
    gcppos2: companyPrefix(1),
    hasnondigit: matches(/[^0-9]/, "only_digits"),
    hh: timeOf(2),
    hhmi: timeOf(4),
    hyphen: matches(/^-+$/, "not_hyphen"),
    iban,
    importeridx: matches(/^[0-9A-Za-z_-]$/, "not_cset64"),
    iso3166,
    iso3166999: (text) => (text === "999" ? null : iso3166(text)),
    iso3166alpha2: listed("iso3166alpha2", "ISO 3166"),
    iso4217: listed("iso4217", "ISO 4217"),
    iso5218: oneOf("0129", "ISO 5218"),
    latitude: atMost(1800000000),
    longitude: atMost(3600000000),
    mediatype: listed("mediatype", "AIDC media type"),
    mi: timeOf(2, "00"),
    nonzero: digitsAnd(/[1-9]/, "zero"),
    nozeroprefix: digitsAnd(/^[1-9]/, "leading_zero"),
    packagetype: listed("packagetype", "UNECE Rec 21"),
    pcenc,
    pieceoftotal,
    posinseqslash,
    ss: timeOf(2, "00"),
    winding: oneOf("019", "0, 1, 9"),
    yesno: oneOf("01", "0, 1"),
    yymmd0: dateOf(6, true),
    yymmdd: dateOf(6, false),
    yyyymmd0: dateOf(8, true),
    yyyymmdd: dateOf(8, false),
    zero: matches(/^0+$/, "not_zero"),
};
