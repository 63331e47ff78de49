import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import { registry } from "@web/core/registry";
import { startTill } from "./till_words";

const click = (trigger) => ({ trigger, run: "click" });

const add = (name, ...steps) =>
    registry.category("web_tour.tours").add(`lot_serial_trace_${name}`, {
        steps: () => steps.flat(Infinity),
    });

// -- closing -------------------------------------------------------------------------

const conflicts = ".modal .o_trace_closing_conflicts";

add("closing_of_a_cashier", [
    startTill(),
    Chrome.clickMenuOption("Close Register"),
    { trigger: `${conflicts}:contains("Open conflicts about sold numbers: 2")` },
    { trigger: `${conflicts}:contains("Tell your manager. You can close all the same.")` },
    { trigger: `${conflicts}:not(:has(a))` },
]);

add("closing_of_a_manager", [
    startTill(),
    Chrome.clickMenuOption("Close Register"),
    { trigger: `${conflicts} li:contains("SN1 of Device")` },
    { trigger: `${conflicts} a[href*="/pos.session/"]:contains("Show them")` },
    click(".modal button:contains(Close Register)"),
    // Nobody has counted the money: the manager takes the difference.
    { ...click(".modal .btn-primary:contains(Proceed Anyway)"), expectUnloadPage: true },
    { ...click("button:contains(backend)"), timeout: 60000, expectUnloadPage: true },
    { trigger: "body", expectUnloadPage: true },
]);

// -- settling ------------------------------------------------------------------------

const wizard = ".modal .o_form_view";

const open = [
    click("button[name=action_settle_sale]"),
    { trigger: `${wizard}:contains("was sold"), ${wizard}:contains("SN1")` },
];

const way = (words) => [
    click(`${wizard} .o_field_widget[name=way] label:contains("${words}")`),
    { trigger: `${wizard} .o_field_widget[name=way] input:checked` },
];

const does = (words) => ({
    trigger: `${wizard} .alert .o_field_widget[name=effect]:contains("${words}")`,
});

const settle = click(".modal footer button[name=action_settle]");

const refused = (words) => [
    { trigger: `.modal:contains("${words}")` },
    click(`.modal:contains("${words}") footer .btn-primary:contains(/^(Close|Ok)$/)`),
];

const settled = (how) => [
    { trigger: "body:not(:has(.modal))", timeout: 30000 },
    { trigger: `.o_form_view:contains("${how}")` },
    { trigger: "body:not(:has(button[name=action_settle_sale]))" },
];

add("settle_swap", [
    open,
    { trigger: `${wizard} [name=partner_id]:contains("Customer")` },
    { trigger: `${wizard} [name=phone]:contains("+1 555")` },
    way("Another number was handed over"),
    does("The number is put on"),
    settle,
    refused("Choose the numbers that were handed over: 1"),
    { trigger: `${wizard} .o_field_widget[name=new_lot_ids] input`, run: "edit SN2" },
    click('.o-autocomplete--dropdown-item:contains("SN2")'),
    settle,
    settled("Another number was handed over"),
]);

add("settle_contact", [
    open,
    click(`${wizard} button[name=action_mail]`),
    { trigger: '.modal [name=partner_ids]:contains("Customer")' },
]);

add("settle_refund", [
    open,
    way("The buyer brings it back"),
    does("A refund of this unit alone opens"),
    settle,
    { trigger: '.o_form_view .o_data_row:contains("Device"):contains("-1")', timeout: 30000 },
]);

add("settle_write_off", [
    open,
    way("The unit cannot be found"),
    does("is given up: no goods move by it"),
    { trigger: `${wizard} [name=reason] textarea`, run: "edit Nobody knows" },
    settle,
    settled("Nobody knows"),
]);

add("settle_accept", [
    open,
    way("It is all right as it is"),
    does("Nothing changes"),
    settle,
    refused("Say why it is all right"),
    { trigger: `${wizard} [name=reason] textarea`, run: "edit Two units, one label" },
    settle,
    settled("Two units, one label"),
]);
