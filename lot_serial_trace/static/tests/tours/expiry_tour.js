import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const choose = (field, label) => [
    { trigger: `[name=${field}] .o_select_menu_toggler`, run: "click" },
    { trigger: `.o_select_menu_item:contains("${label}")`, run: "click" },
];

tours.add("lot_serial_trace_expiry_rule", {
    steps: () =>
        [
            { trigger: ".o_list_button_add", run: "click" },
            { trigger: "[name=name] input", run: "edit Short milk" },
            { trigger: "[name=product_id] input", run: "edit Tour Milk" },
            { trigger: '.ui-autocomplete .ui-menu-item:contains("Tour Milk")', run: "click" },
            choose("warn_unit", "Days"),
            { trigger: "[name=warn_at] input", run: "edit 10" },
            choose("pull_unit", "Days"),
            { trigger: "[name=pull_at] input", run: "edit 5" },
            { trigger: "button[name=action_preview]", run: "click" },
            {
                content: "what it would find, before anything is done",
                trigger:
                    '.o_notification:contains("To be pulled: 1 lot in 1 place"):contains("Expiring: 1 lot in 1 place")',
            },
        ].flat(),
});

tours.add("lot_serial_trace_expiry_pull", {
    steps: () => [
        {
            trigger: '.o_data_row:contains("TOUR-9"):contains("Expiring")',
        },
        {
            trigger: '.o_data_row:contains("TOUR-3"):contains("To be pulled") input',
            run: "click",
        },
        { trigger: '.o_control_panel button:contains("Pull")', run: "click" },
        {
            trigger: '.modal .alert:contains("1 selected")',
        },
        { trigger: ".modal button[name=action_do]", run: "click" },
        {
            content: "the transfer to quarantine",
            trigger:
                '.o_form_view [name=origin]:contains("Short milk"), .o_form_view [name=origin] input',
        },
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: '.o_statusbar_status .o_arrow_button_current:contains("Done")' },
    ],
});

tours.add("lot_serial_trace_expiry_evaluate", {
    steps: () => [
        { trigger: '.o_data_row:contains("TOUR-9")' },
        { trigger: ".o_control_panel button[name=action_evaluate]", run: "click" },
        { trigger: '.o_notification:contains("worked out again")' },
    ],
});
