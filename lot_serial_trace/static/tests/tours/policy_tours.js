import { registry } from "@web/core/registry";

const choose = (field, text) => [
    {
        content: `write ${text} into ${field}`,
        trigger: `.modal .o_field_widget[name=${field}] input`,
        run: `edit ${text}`,
    },
    {
        content: `choose ${text}`,
        trigger: `.o-autocomplete--dropdown-item:contains("${text}")`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("lot_serial_trace_try_a_case", {
    steps: () => [
        { content: "try a case", trigger: "button[name=action_try]", run: "click" },
        {
            content: "choose the finding",
            trigger: ".modal .o_field_widget[name=code] input",
            run: "click",
        },
        {
            content: "an expired one",
            trigger: '.o_select_menu_item:contains("Expired"):first',
            run: "click",
        },
        ...choose("product_id", "Tour Device"),
        {
            content: "the policy for the product wins",
            trigger: '.modal .o_data_row:first:contains("Wins"):contains("Expired: Block")',
        },
        {
            content: "and says why",
            trigger: '.modal .o_field_widget[name=why]:contains("Tour Device")',
        },
        { content: "close", trigger: ".modal-footer button:contains(Close)", run: "click" },
        { content: "back in the list", trigger: "body:not(:has(.modal)) .o_list_view" },
    ],
});

/** Odoo warns first that there is not enough of it. */
const scrap = [
    { content: "validate", trigger: "button[name=action_validate]", run: "click" },
    {
        content: "although there is not enough",
        trigger: ".modal button[name=action_done]",
        run: "click",
    },
];

registry.category("web_tour.tours").add("lot_serial_trace_let_pass", {
    steps: () => [
        ...scrap,
        {
            content: "stopped with a sentence",
            trigger: '.o_trace_blocked:contains("TOUR-1")',
        },
        { content: "let pass", trigger: ".o_trace_let_pass", run: "click" },
        {
            content: "why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Counted twice, it is there",
        },
        {
            content: "give the permission",
            trigger: ".modal button[name=action_given]",
            run: "click",
        },
        { content: "no dialog any more", trigger: "body:not(:has(.modal))" },
        ...scrap,
        {
            content: "done",
            trigger: '.o_statusbar_status .o_arrow_button_current:contains("Done")',
        },
    ],
});
