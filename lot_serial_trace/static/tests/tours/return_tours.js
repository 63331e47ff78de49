import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import {
    setOfflineMode,
    setOnlineMode,
} from "@point_of_sale/../tests/generic_helpers/offline_util";
import { registry } from "@web/core/registry";
import { startTill } from "./till_words";

const click = (trigger) => ({ trigger, run: "click" });

/** Ask about a unit, by typing its number. */
const ask = (number) => [
    click(".o_trace_return_button"),
    { trigger: ".o_trace_return input", run: `edit ${number}` },
    click(".o_trace_return_look"),
];

const hears = (verdict, ...texts) =>
    texts.map((text) => ({ trigger: `.o_trace_return_answer.o_${verdict}:contains("${text}")` }));

const close = () => [
    click(".o_trace_return_close"),
    { trigger: "body:not(:has(.o_trace_return))" },
];

/** Booking the goods may take its time on a busy machine. */
const receipt = () => [ReceiptScreen.isShown()].flat().map((step) => ({ ...step, timeout: 60000 }));

const paid = () => [
    ProductScreen.clickPayButton(),
    PaymentScreen.clickPaymentMethod("Cash"),
    PaymentScreen.clickValidate(),
    receipt(),
    ReceiptScreen.clickNextOrder(),
];

registry.category("web_tour.tours").add("lot_serial_trace_return_refund", {
    steps: () =>
        [
            startTill(),
            ask("RET-1"),
            hears("good", "Sold by us", "RET-1", "Return Device", "to Returning Customer"),
            { trigger: '.o_trace_return_way:contains("Goes back to the shelf")' },
            click(".o_trace_return_condition .o_faulty"),
            { trigger: ".o_trace_return_why", run: "edit cracked screen" },
            { trigger: '.o_trace_return_way.o_aside:contains("Goes to quarantine")' },
            click(".o_trace_return_refund"),
            ProductScreen.selectedOrderlineHas("Return Device", "-1", "-100.00"),
            { trigger: '.o_trace_return_faulty:contains("cracked screen")' },
            { trigger: '.orderline:contains("RET-1")' },
            // a second unit of the same sale goes on the same refund
            ask("RET-2"),
            hears("good", "RET-2"),
            click(".o_trace_return_refund"),
            ProductScreen.checkTotalAmount("-200.00"),
            // it cannot be taken back twice
            ask("RET-2"),
            click(".o_trace_return_refund"),
            { trigger: '.o_trace_return_problem:contains("already")' },
            close(),
            paid(),
            ask("RET-1"),
            hears("stop", "Returned already"),
            { trigger: ".modal-footer:not(:has(.o_trace_return_refund))" },
            close(),
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("lot_serial_trace_return_odd", {
    steps: () =>
        [
            startTill(),
            ask("RET-9"),
            hears("warn", "RET-9 of Return Device was never sold by us", "Compare the number"),
            close(),
            ask("NOBODY"),
            hears("stop", "NOBODY of unknown goods was never sold by us"),
            close(),
            // a scan on the screen of paid orders asks, too
            Chrome.clickOrders(),
            {
                trigger: ".ticket-screen",
                run: () => window.posmodel.barcodeReader.scan("RET-3"),
            },
            hears("warn", "RET-3 of Return Device is recalled: battery burns", "quarantine"),
            { trigger: '.o_trace_return_way.o_aside:contains("Goes to quarantine")' },
            click(".o_trace_return_refund"),
            ProductScreen.selectedOrderlineHas("Return Device", "-1", "-100.00"),
            paid(),
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("lot_serial_trace_return_exchange", {
    steps: () =>
        [
            startTill(),
            ask("RET-1"),
            hears("good", "Under warranty until"),
            click(".o_trace_return_exchange"),
            ProductScreen.enterExistingLotNumber("RET-9", "serial"),
            ProductScreen.checkTotalAmount("0.00"),
            { trigger: '.orderline:contains("RET-9"):contains("Exchange")' },
            { trigger: '.orderline:contains("RET-1"):contains("-1")' },
            ProductScreen.clickPayButton(),
            PaymentScreen.clickValidate(),
            receipt(),
        ].flat(Infinity),
});

registry.category("web_tour.tours").add("lot_serial_trace_return_offline", {
    steps: () =>
        [
            startTill(),
            // the till learns of the sale, and of no other
            ask("RET-1"),
            hears("good", "Sold by us"),
            click(".o_trace_return_refund"),
            ProductScreen.selectedOrderlineHas("Return Device", "-1", "-100.00"),
            setOfflineMode(),
            ask("RET-2"),
            hears("good", "Sold by us", "The network is gone"),
            close(),
            ask("RET-3"),
            hears("stop", "Not known in this till", "Try again when it is back"),
            close(),
            setOnlineMode(),
        ].flat(Infinity),
});
