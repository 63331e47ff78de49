import { Gs1Error, parse } from "../gs1/index.js";

/** Units of measure (UNECE Rec 20) as databases call them. */
const UNITS = { KGM: ["kg"], LBR: ["lb", "lbs"], LTR: ["L", "l"], MTR: ["m"], GRM: ["g"] };

/**
 * What a scan says, for the till.
 *
 * @param {string} raw what the scanner sent
 * @returns {Object} { raw, text, marked, gtin, lot, serial, expiry, count, measures, problem };
 *  `marked` tells GS1 data from a plain code, `problem` is the fault of GS1 data that is broken
 */
export function readScan(raw) {
    try {
        const said = parse(raw, { lenient: true });
        const { gtin, lot, serial, count, measures } = said;
        const expiry = said.expiry || said.sell_by;
        const text = said.text.trim();
        return {
            raw,
            text,
            marked: said.form !== "plain",
            gtin,
            lot,
            serial,
            expiry,
            count,
            measures,
        };
    } catch (error) {
        if (!(error instanceof Gs1Error)) {
            throw error;
        }
        return { raw, text: raw.trim(), marked: false, problem: error };
    }
}

/** How much the scan says it is, in the unit of the product; null if it does not say. */
export function quantityOf({ count, measures }, unit) {
    if (count) {
        return count;
    }
    const measure = measures?.find(({ unit: code }) => UNITS[code]?.includes(unit?.name));
    return measure ? measure.numeric : null;
}

/** The number that a product wants of a scan: its serial number or its lot. */
export function numberFor(product, reading) {
    if (!reading.marked) {
        return reading.text;
    }
    return (product.tracking === "serial" ? reading.serial : reading.lot) || "";
}
