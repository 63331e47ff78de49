import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import { registry } from "@web/core/registry";
import { startTill } from "./till_words";

const hear = (what, extra = {}) => ({
    content: `the till hears that a number was ${what}`,
    trigger: "body",
    run() {
        const store = window.posmodel;
        const product = store.models["product.product"].find(
            (p) => p.display_name === "Held Device",
        );
        const lot = { name: "TILL-1", product_id: product.id, product: "Held Device", place: "" };
        store.data.channels
            .find(({ channel }) => channel === "TRACE_HOLDS")
            .method({
                what,
                count: 1,
                here: 1,
                lots: [{ ...lot, reason: "battery leaks" }],
                ...extra,
            });
    },
});

const forget = {
    content: "the till forgets what it said",
    trigger: "body",
    run: () => window.posmodel.traceWarned.clear(),
};

registry.category("web_tour.tours").add("lot_serial_trace_hold_till", {
    steps: () =>
        [
            startTill(),
            Dialog.confirm("Open Register"),
            hear("placed", { count: 12 }),
            {
                content: "a number on hold that is on no order",
                trigger:
                    '.o_notification:contains("On hold, do not sell: TILL-1 of Held Device and 11 more. battery leaks")',
            },
            { trigger: ".o_notification .o_notification_close", run: "click" },
            ProductScreen.clickDisplayedProduct("Held Device"),
            ProductScreen.enterLotNumber("TILL-1", "serial"),
            ProductScreen.selectedOrderlineHas("Held Device", "1"),
            hear("placed"),
            {
                content: "the number is on the order",
                trigger:
                    '.o_trace_gate .o_trace_row:contains("TILL-1 Held Device"):contains("battery leaks")',
            },
            forget,
            hear("placed"),
            {
                content: "more word opens no dialog on the dialog",
                trigger: "body:has(.o_trace_gate)",
                run() {
                    const { length } = document.querySelectorAll(".modal");
                    if (length !== 1) {
                        throw new Error(`${length} dialogs`);
                    }
                },
            },
            { trigger: ".o_trace_gate .o_trace_all_off", run: "click" },
            { trigger: "body:not(:has(.modal)):not(:has(.orderline))" },
            hear("released"),
            { trigger: '.o_notification:contains("May be sold again: TILL-1 of Held Device")' },
        ].flat(),
});
