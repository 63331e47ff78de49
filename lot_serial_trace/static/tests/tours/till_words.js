import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";

/** A till loads thousands of records before it shows itself; more than a minute is not allowed. */
export const startTill = () => Chrome.startPoS().map((step) => ({ ...step, timeout: 60000 }));
