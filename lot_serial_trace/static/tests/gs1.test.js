import { describe, expect, globals, test } from "@odoo/hoot";
import {
    buildBracketed,
    buildDigitalLink,
    buildElementString,
    expandUpcE,
    Gs1Error,
    isRestricted,
    isSscc,
    normaliseGtin,
    parse,
    sameGtin,
} from "@lot_serial_trace/gs1";

const DATED = ["4324", "7006", "7007", "7011", "8008"];
const APART = ["raw", "text", "symbology", "form", "elements", "warnings", "measures", "amounts"];

/** A result as its vector lists it; the same as tests/core/gs1/gs1_compact.py. */
function compact(result) {
    const said = { form: result.form };
    if (result.elements.length) {
        said.elements = result.elements.map(({ ai, value }) => [ai, value]);
    }
    for (const name of ["measures", "amounts"]) {
        if (result[name].length) {
            said[name] = result[name].map((e) => [e.ai, e.number, e.unit || e.currency]);
        }
    }
    for (const [name, value] of Object.entries(result)) {
        if (!APART.includes(name) && value !== null) {
            said[name] = value;
        }
    }
    if (result.warnings.length) {
        said.warnings = result.warnings.map((warning) => warning.code);
    }
    for (const element of result.elements) {
        if (DATED.includes(element.ai) && element.date) {
            said.dates ??= {};
            said.dates[element.ai] = Object.fromEntries(
                ["date", "end_date", "datetime"]
                    .filter((name) => element[name])
                    .map((name) => [name, element[name]]),
            );
        }
    }
    return said;
}

function caught(action) {
    try {
        action();
    } catch (error) {
        return error;
    }
    return null;
}

describe("shared vectors", () => {
    test("every scan says what the server says", async () => {
        const url = "/lot_serial_trace/static/tests/gs1_vectors.json";
        const response = await globals.fetch.call(window, url);
        const { year, vectors } = await response.json();
        expect(vectors.length).toBeGreaterThan(200);
        for (const { note, text, options, expect: wanted, error } of vectors) {
            const read = () => parse(text, { year, ...options });
            if (wanted) {
                expect(compact(read())).toEqual(wanted, { message: note });
            } else {
                const { code, ai, position } = caught(read);
                const told = ai === null ? { code, position } : { code, ai, position };
                expect(told).toEqual(error, { message: note });
            }
        }
    });
});

describe("errors", () => {
    test("are of one class and say what is wrong", () => {
        const error = caught(() => parse("]d2010952123454321417261231"));
        expect(error).toBeInstanceOf(Gs1Error);
        expect(error.message).toMatch(/^\(01\) GTIN, character 6: the check digit of 0952123/);
        expect(error.values.expected).toBe("3");
        expect(error.template).toInclude("%(expected)s");
    });

    test("keep the reason of a near miss", () => {
        const [warning] = parse("010952123454321317261331", { year: 2026 }).warnings;
        expect(warning.code).toBe("almost");
        expect(warning.cause.code).toBe("bad_date");
    });
});

describe("results", () => {
    test("have numbers exact and as a number", () => {
        const [measure] = parse("]d201095212345432133103001250").measures;
        expect(measure.number).toBe("1.250");
        expect(measure.numeric).toBe(1.25);
    });

    test("cannot be changed by who shows them", () => {
        const scan = parse("]d20109521234543213");
        expect(Object.isFrozen(scan)).toBe(true);
        expect(Object.isFrozen(scan.elements[0])).toBe(true);
    });

    test("count two-digit years from this year unless told", () => {
        const year = new Date().getFullYear();
        const coming = String((year + 3) % 100).padStart(2, "0");
        expect(parse(`]d2010952123454321317${coming}0131`).expiry).toBe(`${year + 3}-01-31`);
    });
});

describe("keys", () => {
    test("of one item in several lengths", () => {
        expect(normaliseGtin("3 760171 283370")).toBe("03760171283370");
        expect(normaliseGtin("3760171283371")).toBe(null);
        expect(normaliseGtin(false)).toBe(null);
        expect(sameGtin("614141007349", "00614141007349")).toBe(true);
        expect(sameGtin(false, false)).toBe(false);
        expect(expandUpcE("04252614")).toBe("042100005264");
        expect(isSscc("106141412345678908")).toBe(true);
        expect(isRestricted("02012345678903")).toBe(true);
        expect(isRestricted("09521234543213")).toBe(false);
    });
});

describe("writing", () => {
    const whole = { gtin: "9521234543213", lot: "A/1", serial: "S(7)", expiry: "2026-12-31" };

    test("reads back", () => {
        expect(buildElementString(whole)).toBe("010952123454321317261231" + "10A/1\x1d21S(7)");
        expect(buildBracketed({ lot: "A(10)" })).toBe("(10)A\\(10)");
        const link = buildDigitalLink({ ...whole, fields: [["3103", "000195"]] });
        expect(link).toBe(
            "https://id.gs1.org/01/09521234543213/10/A%2F1/21/S%287%29?17=261231&3103=000195",
        );
        const scan = parse(link, { year: 2026 });
        expect([scan.lot, scan.serial, scan.expiry]).toEqual(["A/1", "S(7)", "2026-12-31"]);
    });

    test("refuses what is wrong", () => {
        expect(caught(() => buildDigitalLink({ lot: "A" })).code).toBe("no_key");
        expect(caught(() => buildElementString({ gtin: "1234" })).code).toBe("too_short");
        const attribute = { gtin: "9521234543213", fields: [["8200", "http://a"]] };
        expect(caught(() => buildDigitalLink(attribute)).code).toBe("uri_attribute");
    });
});
