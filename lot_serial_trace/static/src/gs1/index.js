// GS1 barcodes in the browser and at the offline till. Needs nothing of Odoo, and gives what
// core/gs1 gives on the server: tests/core/gs1/test_gs1_twins.py holds them together.
export {
    checkDigit,
    expandUpcE,
    hasCheckDigit,
    isRestricted,
    isSscc,
    normaliseGtin,
    sameGtin,
} from "./keys.js";
export { Gs1Error } from "./messages.js";
export { parse } from "./scan.js";
export { buildBracketed, buildDigitalLink, buildElementString } from "./writing.js";
