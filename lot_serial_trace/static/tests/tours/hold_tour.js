import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const fact = (key, words) => ({
    content: `${key}: ${words}`,
    trigger: `.modal .o_trace_fact[data-key=${key}]:contains("${words}")`,
});
const say = (reason, button) => [
    { trigger: ".modal [name=reason] input", run: `edit ${reason}` },
    { trigger: `.modal footer button[name=action_confirm]:contains("${button}")`, run: "click" },
];
const close = [
    { trigger: '.modal footer button:contains("Close")', run: "click" },
    { trigger: "body:not(:has(.modal))" },
];
const type = (value) => ({
    content: `paste ${value}`,
    trigger: ".o_trace_import textarea",
    run({ anchor }) {
        anchor.value = value;
        anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
});

tours.add("lot_serial_trace_hold_place", {
    steps: () => [
        { trigger: "button[name=action_place_hold]", run: "click" },
        fact("numbers", "SN-1"),
        fact("on_hand", "1"),
        fact("reserved", "OUT"),
        fact("short", "Device"),
        ...say("battery leaks", "Place on hold"),
        fact("holds", "Device"),
        fact("freed", "OUT"),
        fact("short", "OUT"),
        ...close,
        { trigger: '.o_field_widget[name=trace_status]:contains("On hold")' },
        { trigger: '.o_field_widget[name=trace_hold_ids]:contains("battery leaks")' },
    ],
});

tours.add("lot_serial_trace_hold_stopped", {
    steps: () => [
        { trigger: '.o_trace_held:contains("SN-1 of Device is on hold: battery leaks")' },
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: '.modal:contains("SN-1 of Device is on hold: battery leaks")' },
        { trigger: '.modal .alert-danger:contains("Stop.")' },
        {
            content: "and there is no way around",
            trigger: '.modal footer:not(:has(button.btn-danger:visible)) button[special="cancel"]',
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        { trigger: '.o_trace_held button:contains("Show the lines")', run: "click" },
        { trigger: '.o_data_row:contains("SN-1") .badge:contains("On hold")' },
    ],
});

tours.add("lot_serial_trace_hold_release", {
    steps: () => [
        {
            trigger: '.o_data_row:contains("SN-1") .o_list_record_selector input',
            run: "click",
        },
        { trigger: ".o_control_panel button[name=action_release]", run: "click" },
        fact("why", "battery leaks"),
        ...say("checked and dry", "Release"),
        fact("holds", "Device"),
        ...close,
        { trigger: ".o_content:not(:contains(SN-1))" },
    ],
});

tours.add("lot_serial_trace_hold_list_of_numbers", {
    steps: () => [
        { trigger: "button[name=action_place_numbers]", run: "click" },
        type("SN-1\nSN-2-SN-4\nSN-2\nSN-9\n"),
        { trigger: '.o_trace_import_filters [data-verdict=ready]:contains("4")' },
        { trigger: '.o_trace_import_filters [data-verdict=unknown]:contains("1")' },
        { trigger: ".o_trace_import_filters [data-verdict=twice]", run: "click" },
        {
            content: "the repeated one, with its line",
            trigger: '.o_trace_import_table tbody tr:only-child:contains("3"):contains("SN-2")',
        },
        {
            trigger: '.o_trace_import button[name=add]:contains("Go on with 4 numbers")',
            run: "click",
        },
        fact("numbers", "SN-1, SN-2, SN-3, SN-4"),
        ...say("wrong label", "Place on hold"),
        fact("holds", "Device (4)"),
        ...close,
        { trigger: '.o_data_row:contains("SN-4"):contains("wrong label")' },
    ],
});

tours.add("lot_serial_trace_hold_read_only", {
    steps: () => [
        { trigger: '.o_data_row:contains("SN-1")' },
        {
            content: "an auditor reads",
            trigger: ".o_control_panel:not(:has(button[name=action_place_numbers]))",
        },
        { trigger: '.o_data_row:contains("SN-1") .o_data_cell', run: "click" },
        { trigger: '.o_form_view:contains("battery leaks"):contains("Wherever the goods are")' },
        { trigger: ".o_form_view:not(:has(button[name=action_release]))" },
    ],
});
