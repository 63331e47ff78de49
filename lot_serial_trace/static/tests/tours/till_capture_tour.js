import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as NumberPopup from "@point_of_sale/../tests/generic_helpers/number_popup_util";
import * as SelectionPopup from "@point_of_sale/../tests/generic_helpers/selection_popup_util";
import * as Numpad from "@point_of_sale/../tests/generic_helpers/numpad_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import { simulateBarCode } from "@barcodes/../tests/legacy/helpers";
import { registry } from "@web/core/registry";
import { startTill } from "./till_words";

const GS = "\x1d";
const LAMP = "4006381333931";
const CREAM = "4012345678901";
const lamp = (serial) => `010${LAMP}21${serial}`;
const cream = (lot) => `010${CREAM}10${lot}${GS}17300101`;

const add = (name, ...steps) =>
    registry.category("web_tour.tours").add(`lot_serial_trace_till_${name}`, {
        steps: () => [...open(), ...steps].flat(Infinity),
    });

/** Keys as a scanner sends them, several codes without a pause. */
const scan = (...codes) => ({
    content: `scan ${codes.join(" ")}`,
    trigger: "body",
    run: () => codes.forEach((code) => simulateBarCode([...code, "Enter"])),
});

/** Keys that go into the search field, as the browser puts them there. */
const scanIntoSearch = (code) => ({
    content: `scan ${code} with the cursor in the search field`,
    trigger: ".pos-rightheader input",
    run() {
        const input = this.anchor;
        input.focus();
        for (const key of code) {
            input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            input.value += key;
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        input.blur();
    },
});

const until = (content, met) => ({
    content,
    trigger: "body",
    async run() {
        const end = Date.now() + 8000;
        while (!met(window.posmodel)) {
            if (Date.now() > end) {
                throw new Error(`Not so: ${content}; ${JSON.stringify(numbers())}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    },
});

function open() {
    return [
        startTill(),
        Dialog.confirm("Open Register"),
        until("the till has its book", (pos) => pos.traceBook?.ready),
    ].flat();
}

/** Numbers on the order by product. */
function numbers() {
    const lines = window.posmodel.getOrder().lines;
    return lines.map((line) => [
        line.product_id.display_name,
        line.qty,
        ...line.pack_lot_ids.map(({ lot_name: number }) => number),
    ]);
}

const methods = () =>
    window.posmodel
        .getOrder()
        .lines.flatMap((line) => line.pack_lot_ids.map(({ trace_method: method }) => method));

const order = (...lines) =>
    until(
        `the order is ${JSON.stringify(lines)}`,
        () => JSON.stringify(numbers()) === JSON.stringify(lines),
    );

const refused = (text, run = "click") => [
    {
        content: `refused: ${text}`,
        trigger: `.o_trace_refusal .o_trace_finding:contains("${text}")`,
    },
    { content: "what to do", trigger: ".o_trace_refusal .o_trace_remedy:not(:empty)" },
    { content: "the cashier has read it", trigger: ".o_trace_refusal .o-default-button", run },
    { content: "it is gone", trigger: "body:not(:has(.o_trace_refusal))" },
];

const pay = () => [
    ...ProductScreen.clickPayButton(),
    ...PaymentScreen.clickPaymentMethod("Bank"),
    ...PaymentScreen.clickValidate(),
    // the server books the sale meanwhile
    ...ReceiptScreen.isShown().map((step) => ({ ...step, timeout: 60000 })),
    ...ReceiptScreen.clickNextOrder(),
];

const popup = ".modal .lot-container";
const noPopup = { content: "no dialog is open", trigger: "body:not(:has(.modal))" };

const ten = [...Array(10).keys()].map((i) => `LAMP-${i + 1}`);

add(
    "scan",
    scan(...ten.map(lamp)),
    order(["Lamp", 10, ...ten]),
    until("each number tells how it was captured", () =>
        window.posmodel
            .getOrder()
            .lines[0].pack_lot_ids.every(
                (pack) => pack.trace_method === "scanned" && pack.trace_raw.startsWith("010"),
            ),
    ),
    // the same unit a second time is no second unit
    scan(lamp("LAMP-3")),
    { trigger: '.o_notification:contains("LAMP-3 of Lamp is on this order already")' },
    order(["Lamp", 10, ...ten]),
    // the code of the product, then its number
    scan(LAMP, "LAMP-11"),
    order(["Lamp", 11, ...ten, "LAMP-11"]),
    scan(LAMP),
    { trigger: `${popup}:contains("Scan it, choose it or type it")` },
    scan("LAMP-12"),
    order(["Lamp", 12, ...ten, "LAMP-11", "LAMP-12"]),
    noPopup,
    scan(LAMP),
    { trigger: `${popup} input`, run: "press Escape" },
    { trigger: ".modal .btn:contains(Discard)", run: "click" },
    noPopup,
    // the code of the product in the dialog is no number
    scan(LAMP),
    { trigger: popup },
    scan(LAMP),
    { trigger: '.o_notification:contains("scan its serial number")' },
    { trigger: ".modal .btn:contains(Discard)", run: "click" },
    order(["Lamp", 12, ...ten, "LAMP-11", "LAMP-12"]),
    // a number alone
    scan("LAMP-13"),
    order(["Lamp", 13, ...ten, "LAMP-11", "LAMP-12", "LAMP-13"]),
    // units of one lot are one line, other lots are others
    scan(cream("CREAM-1"), cream("CREAM-1"), cream("CREAM-2")),
    until(
        "lots on lines",
        () =>
            JSON.stringify(numbers().slice(1)) === '[["Cream",2,"CREAM-1"],["Cream",1,"CREAM-2"]]',
    ),
    scan(cream("CREAM-1")),
    until("one more", () => numbers()[1][1] === 3),
    // a serial number of a digital link, and goods without numbers
    scan(`https://id.gs1.org/01/0${LAMP}/21/LAMP-14`, "4006381333955"),
    until("link and pen", () => numbers()[0].at(-1) === "LAMP-14" && numbers().at(-1)[0] === "Pen"),
    scanIntoSearch(lamp("LAMP-15")),
    until("the cursor was in the search field", () => numbers()[0].at(-1) === "LAMP-15"),
    { trigger: ".pos-rightheader input:value()" },
    pay(),
);

add(
    "quantity",
    scan(lamp("LAMP-1")),
    order(["Lamp", 1, "LAMP-1"]),
    Numpad.click("3"),
    { trigger: '.orderline .o_trace_missing:contains("Serial numbers missing: 2")' },
    ProductScreen.clickPayButton(false),
    { trigger: '.o_trace_missing_dialog:contains("Serial numbers missing: 2")' },
    { trigger: ".o_trace_missing_dialog .o-default-button", run: "click" },
    { trigger: popup },
    scan(lamp("LAMP-2")),
    { trigger: '.lot-container .lot-item:contains("LAMP-2")' },
    scan(lamp("LAMP-3")),
    noPopup,
    order(["Lamp", 3, "LAMP-1", "LAMP-2", "LAMP-3"]),
    { trigger: "body:not(:has(.o_trace_missing))" },
    PaymentScreen.isShown(),
    PaymentScreen.clickBack(),
    // numbers for what was typed come by scanning, too
    ProductScreen.clickLine("Lamp", "3"),
    Numpad.click("4"),
    scan("LAMP-4"),
    order(["Lamp", 4, "LAMP-1", "LAMP-2", "LAMP-3", "LAMP-4"]),
    Numpad.click("⌫"),
    Numpad.click("2"),
    { trigger: '.orderline .o_trace_missing:contains("Serial numbers too many: 2")' },
);

const refusals = [
    scan(lamp("LAMP-HELD")),
    refused("LAMP-HELD of Lamp is on hold: battery leaks", "press Enter"),
    scan(cream("CREAM-OLD")),
    refused("CREAM-OLD of Cream expired on"),
    scan(cream("CREAM-STOP")),
    refused("CREAM-STOP of Cream was to be sold until"),
    scan(lamp("NOBODY-KNOWS")),
    refused("NOBODY-KNOWS of Lamp"),
    scan(lamp("RADIO-1")),
    refused("RADIO-1 is a number of Radio and not of Lamp"),
];

add(
    "refusals",
    refusals,
    scan(lamp("LAMP-FAR")),
    refused("LAMP-FAR of Lamp"),
    // a number alone that is not in the shop
    scan("LAMP-FAR"),
    refused("LAMP-FAR of Lamp is not in this shop but in FARAW/Stock"),
    until("nothing is on the order", () => !numbers().length),
    // on another open order
    scan(lamp("LAMP-20")),
    order(["Lamp", 1, "LAMP-20"]),
    Chrome.createFloatingOrder(),
    scan(lamp("LAMP-20")),
    refused("LAMP-20 of Lamp is on another open order"),
    // sold in this session
    scan(lamp("LAMP-21")),
    order(["Lamp", 1, "LAMP-21"]),
    pay(),
    scan(lamp("LAMP-21")),
    refused("LAMP-21 of Lamp was sold before"),
    until("nothing is on the order", () => !numbers().length),
    // typed and chosen numbers are judged, too
    ProductScreen.clickDisplayedProduct("Lamp"),
    { trigger: `${popup} input`, run: "edit LAMP-HELD" },
    { trigger: '.o-autocomplete--dropdown-item a:contains("LAMP-HELD")', run: "click" },
    refused("LAMP-HELD of Lamp is on hold"),
    { trigger: `${popup}:not(:has(.lot-item))` },
    { trigger: ".modal .btn:contains(Discard)", run: "click" },
    noPopup,
    // typed a second time it is no second unit
    scan(lamp("LAMP-24")),
    ProductScreen.clickDisplayedProduct("Lamp"),
    { trigger: `${popup} input`, run: "edit LAMP-24" },
    { trigger: '.o-autocomplete--dropdown-item a:contains("Create")', run: "click" },
    { trigger: '.o_notification:contains("already added")' },
    { trigger: ".modal .btn:contains(Discard)", run: "click" },
    noPopup,
    order(["Lamp", 1, "LAMP-24"]),
    Numpad.click("⌫"),
    Numpad.click("⌫"),
    until("nothing is on the order", () => !numbers().length),
    // scans behind a refused one are not lost
    scan(lamp("LAMP-HELD"), lamp("LAMP-22"), lamp("LAMP-23")),
    { trigger: '.o_trace_refusal .o_trace_scans:contains("2")' },
    refused("LAMP-HELD of Lamp is on hold"),
    order(["Lamp", 2, "LAMP-22", "LAMP-23"]),
    { trigger: "body:not(:has(.o_trace_let_pass))" },
);

add(
    "refusals_offline",
    Offline.setOfflineMode(),
    refusals,
    scan(lamp("LAMP-1")),
    order(["Lamp", 1, "LAMP-1"]),
    // no "continue without checking": the list is the till's own
    ProductScreen.clickDisplayedProduct("Lamp"),
    { trigger: '.o-autocomplete--dropdown-item a:contains("LAMP-2")' },
    { trigger: `${popup} input`, run: "edit NOBODY-KNOWS" },
    { trigger: '.o-autocomplete--dropdown-item a:contains("Create")', run: "click" },
    refused("NOBODY-KNOWS of Lamp"),
    { trigger: ".modal .btn:contains(Discard)", run: "click" },
    noPopup,
    order(["Lamp", 1, "LAMP-1"]),
    Offline.setOnlineMode(),
);

add(
    "pass",
    scan(lamp("LAMP-HELD")),
    { trigger: ".o_trace_refusal .o_trace_let_pass", run: "click" },
    { trigger: '.modal footer .btn-danger:contains("Let pass")', run: "click" },
    { content: "not without a reason", trigger: '.o_trace_pass:contains("Say why it may go")' },
    { trigger: ".o_trace_pass .o_trace_reason", run: "edit Tested by hand" },
    { trigger: '.modal footer .btn-danger:contains("Let pass")', run: "click" },
    order(["Lamp", 1, "LAMP-HELD"]),
    pay(),
);

/** Numbers are put on hold, and the word to the till is lost. */
const holdUnheard = (...names) => ({
    content: `${names.join()} are put on hold now, and the word to the till is lost`,
    trigger: "body",
    async run() {
        window.posmodel.traceHoldsChanged = () => {};
        window.posmodel.traceWarnOfOrders = () => {};
        const { orm } = window.posmodel.data;
        const held = names.map((name) => ({ gtin: LAMP, lot: name }));
        await orm.call("trace.hold", "place_on_hold", [held, "wet boxes"]);
    },
});

registry.category("web_tour.tours").add("lot_serial_trace_till_pin", {
    steps: () =>
        [
            Chrome.clickBtn("Open Register"),
            { trigger: ".login-overlay .select-cashier", run: "click" },
            SelectionPopup.has("Ann", { run: "click" }),
            NumberPopup.enterValue("1234"),
            NumberPopup.isShown("••••"),
            Dialog.confirm(),
            Dialog.confirm("Open Register"),
            until("the till has its book", (pos) => pos.traceBook?.ready),
            scan(lamp("LAMP-HELD")),
            { trigger: ".o_trace_refusal .o_trace_let_pass", run: "click" },
            { trigger: '.o_trace_pass select:has(option:contains("Mia"))' },
            { content: "no cashier", trigger: '.o_trace_pass:not(:contains("Ann"))' },
            { trigger: ".o_trace_pass .o_trace_reason", run: "edit Tested by hand" },
            { trigger: ".o_trace_pass #o_trace_pin", run: "edit 1234" },
            { trigger: '.modal footer .btn-danger:contains("Let pass")', run: "click" },
            { trigger: '.o_trace_pass:contains("not the PIN of this manager")' },
            { trigger: ".o_trace_pass #o_trace_pin", run: "edit 5651" },
            { trigger: '.modal footer .btn-danger:contains("Let pass")', run: "click" },
            order(["Lamp", 1, "LAMP-HELD"]),
            pay(),
        ].flat(Infinity),
});

add(
    "fast",
    scan(lamp("LAMP-1"), lamp("LAMP-2")),
    order(["Lamp", 2, "LAMP-1", "LAMP-2"]),
    until("the server was asked after the scans", (pos) => pos.traceAsked.size === 2),
    holdUnheard("LAMP-2"),
    ProductScreen.clickFastPaymentButton("Bank"),
    { trigger: '.o_trace_gate .o_trace_row:contains("LAMP-2"):contains("wet boxes")' },
    { trigger: ".o_trace_gate .o_trace_take_off", run: "click" },
    noPopup,
    order(["Lamp", 1, "LAMP-1"]),
    // as many numbers as pieces, on this road too
    Numpad.click("2"),
    { trigger: '.orderline .o_trace_missing:contains("Serial numbers missing: 1")' },
    ProductScreen.clickFastPaymentButton("Bank"),
    { trigger: ".o_trace_missing_dialog .o-default-button", run: "click" },
    { trigger: popup },
    scan(lamp("LAMP-3")),
    ReceiptScreen.isShown().map((step) => ({ ...step, timeout: 60000 })),
);

add(
    "combo",
    ProductScreen.clickDisplayedProduct("Bedside Set"),
    { trigger: '.modal label.combo-item article:contains("Lamp")', run: "click" },
    { trigger: ".modal footer button.confirm:not([disabled])", run: "click" },
    { trigger: '.orderline .o_trace_missing:contains("Serial numbers missing: 1")' },
    scan(lamp("LAMP-1")),
    { trigger: "body:not(:has(.o_trace_missing))" },
    until("the number is on the line of the set", () =>
        window.posmodel
            .getOrder()
            .lines.some((line) => line.combo_parent_id && line.pack_lot_ids.length === 1),
    ),
    // a lamp of its own beside it
    scan(lamp("LAMP-2")),
    until("another line", () => window.posmodel.getOrder().lines.length === 4),
    pay(),
);

add(
    "packs",
    // a code of two lamps wants two numbers
    scan("LAMPS-2", lamp("LAMP-1"), lamp("LAMP-2")),
    order(["Lamp", 2, "LAMP-1", "LAMP-2"]),
    noPopup,
    // a carton of cream has one lot
    scan("CREAMS-6", "CREAM-1"),
    until("six of a lot", () => JSON.stringify(numbers()[1]) === '["Cream",6,"CREAM-1"]'),
);

add(
    "only",
    // nobody scans: Odoo takes the only one there is, and the till says so
    ProductScreen.clickDisplayedProduct("Radio"),
    order(["Radio", 1, "RADIO-1"]),
    { trigger: '.orderline .o_trace_unseen:contains("RADIO-1 was not scanned")' },
    until("it is a guess", () => methods().join() === "inferred"),
    scan("RADIO-1"),
    until("it was seen now", () => methods().join() === "scanned"),
    { trigger: "body:not(:has(.o_trace_unseen))" },
    order(["Radio", 1, "RADIO-1"]),
);

const keptBy = (...wanted) => ({
    content: `the server keeps ${wanted.join(", ") || "nothing"}`,
    trigger: "body",
    async run() {
        const till = window.posmodel;
        const product = till.models["product.product"].find(
            ({ display_name: name }) => name === "Lamp",
        );
        const names = ["LAMP-1", "LAMP-2", "LAMP-3"];
        const asked = names.map((number) => ({ product_id: product.id, number, quantity: 1 }));
        const end = Date.now() + 8000;
        let kept;
        do {
            await new Promise((resolve) => setTimeout(resolve, 200));
            // a till that only looks names no order
            const said = await till.traceCall("trace_check", { numbers: asked, order_uuid: "" });
            kept = names.filter((_name, at) =>
                said[at].some((one) => one.code === "in_other_order"),
            );
        } while (kept.join() !== wanted.join() && Date.now() < end);
        if (kept.join() !== wanted.join()) {
            throw new Error(`The server keeps ${kept.join()}`);
        }
    },
});

add(
    "let_go",
    scan(lamp("LAMP-1"), lamp("LAMP-2"), lamp("LAMP-3")),
    order(["Lamp", 3, "LAMP-1", "LAMP-2", "LAMP-3"]),
    keptBy("LAMP-1", "LAMP-2", "LAMP-3"),
    {
        content: "one number is taken off",
        trigger: "body",
        run() {
            const [line] = window.posmodel.getOrder().lines;
            line.pack_lot_ids.find((pack) => pack.lot_name === "LAMP-2").delete();
        },
    },
    keptBy("LAMP-1", "LAMP-3"),
    ProductScreen.clickControlButton("Cancel Order"),
    Dialog.confirm(),
    keptBy(),
    // the line goes, and with it its number
    scan(lamp("LAMP-3")),
    order(["Lamp", 1, "LAMP-3"]),
    keptBy("LAMP-3"),
    Numpad.click("⌫"),
    Numpad.click("⌫"),
    until("the line is gone", () => !numbers().length),
    keptBy(),
);

add(
    "gate",
    scan(lamp("LAMP-1"), lamp("LAMP-2"), lamp("LAMP-3")),
    order(["Lamp", 3, "LAMP-1", "LAMP-2", "LAMP-3"]),
    until("the server was asked after the scans", (pos) => pos.traceAsked.size === 3),
    holdUnheard("LAMP-2", "LAMP-3"),
    ProductScreen.clickPayButton(false),
    { trigger: '.o_trace_gate .o_trace_row:contains("LAMP-2"):contains("wet boxes")' },
    {
        content: "the one is taken off",
        trigger: '.o_trace_gate .o_trace_row:contains("LAMP-2") .o_trace_take_off',
        run: "click",
    },
    {
        content: "the other is let pass",
        trigger: '.o_trace_gate .o_trace_row:contains("LAMP-3") .o_trace_let_pass',
        run: "click",
    },
    { trigger: ".o_trace_pass .o_trace_reason", run: "edit Looked at, is dry" },
    { trigger: '.modal footer .btn-danger:contains("Let pass")', run: "click" },
    noPopup,
    order(["Lamp", 2, "LAMP-1", "LAMP-3"]),
    ProductScreen.isShown(),
    pay(),
);
