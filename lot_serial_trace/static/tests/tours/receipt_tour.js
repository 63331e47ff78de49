import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import {
    setOfflineMode,
    setOnlineMode,
} from "@point_of_sale/../tests/generic_helpers/offline_util";
import { registry } from "@web/core/registry";

const { DateTime } = luxon;

/** The label of the milk was scanned: the code says how long it is good. */
const scanned = {
    content: "the number was scanned",
    trigger: "body",
    run() {
        const packs = window.posmodel.models["pos.pack.operation.lot"].getAll();
        packs.find((pack) => pack.lot_name === "L1").trace_raw =
            "]d2" + "0109501101537774" + "17301231" + "10L1";
    },
};

const beside = (number, text) => ({
    content: `${text} beside ${number}`,
    trigger: `.receipt-screen .pos-receipt .info-list:contains("${number}") .o_trace_receipt_fact:contains("${text}")`,
});

const until = (months) =>
    DateTime.now().plus({ months }).toLocaleString({
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
    });

/** The till knows its numbers, and of which goods the buyers are wanted. */
const book = {
    content: "the till has its book",
    trigger: "body",
    async run() {
        await window.posmodel.traceBook.refresh();
    },
};

registry.category("web_tour.tours").add("lot_serial_trace_receipt", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.clickDisplayedProduct("Receipt Device"),
            ProductScreen.enterLotNumber("R-1", "serial"),
            ProductScreen.selectedOrderlineHas("Receipt Device", "1"),
            ProductScreen.clickDisplayedProduct("Receipt Milk"),
            ProductScreen.enterLotNumber("L1", "lot"),
            ProductScreen.selectedOrderlineHas("Receipt Milk", "1"),
            scanned,
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            { ...ReceiptScreen.isShown()[0], timeout: 30000 },
            beside("R-1", `Warranty until ${until(24)}`),
            beside("L1", "Use by 12/31/2030"),
            {
                content: "the code of the unit",
                trigger: '.o_trace_receipt_code[data-link$="/01/09501101530003/21/R-1"]',
            },
            ReceiptScreen.setEmail("buyer@example.com"),
            ReceiptScreen.clickSend(),
            { ...ReceiptScreen.emailIsSuccessful()[0], timeout: 30000 },
            ReceiptScreen.clickNextOrder(),
            book,
            setOfflineMode(),
            // its only number is taken by itself, and how long it is good the till knows
            ProductScreen.clickDisplayedProduct("Receipt Cheese"),
            ProductScreen.selectedOrderlineHas("Receipt Cheese", "1"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            beside("CH-1", "Use by 06/01/2031"),
            { trigger: '.o_trace_receipt_code[data-link$="/01/09521234543213/10/CH-1"]' },
            setOnlineMode(),
        ].flat(),
});

const sell = (product, number, tracking) => [
    ...ProductScreen.clickDisplayedProduct(product),
    ...ProductScreen.enterLotNumber(number, tracking),
    ...ProductScreen.selectedOrderlineHas(product, "1"),
    ...ProductScreen.clickPayButton(),
    ...PaymentScreen.clickPaymentMethod("Cash"),
    ...PaymentScreen.clickValidate(),
];

const asked = (text) => ({ trigger: `.modal:contains("Who buys it?"):contains("${text}")` });

const paid = [{ ...ReceiptScreen.isShown()[0], timeout: 30000 }, ...ReceiptScreen.clickNextOrder()];

registry.category("web_tour.tours").add("lot_serial_trace_customer", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            book,
            sell("Receipt Device", "C-1", "serial"),
            asked("Receipt Device"),
            { trigger: ".o_trace_no_customer", run: "click" },
            paid,
            sell("Receipt Device", "C-2", "serial"),
            { trigger: ".o_trace_choose_customer", run: "click" },
            PartnerList.clickPartner("Receipt Buyer"),
            paid,
            sell("Receipt Milk", "C-3", "lot"),
            asked("known customers only"),
            { trigger: ".modal:not(:has(.o_trace_no_customer))" },
            { trigger: ".modal .btn-close", run: "click" },
            PaymentScreen.isShown(),
            PaymentScreen.clickValidate(),
            { trigger: ".o_trace_choose_customer", run: "click" },
            PartnerList.clickPartner("Receipt Buyer"),
            paid,
        ].flat(2),
});
