import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_serial_trace_putaway_rule", {
    steps: () => [
        {
            content: "a new rule",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "for goods with little life left",
            trigger: ".o_selected_row [name=matter] .o_select_menu_toggler",
            run: "click",
        },
        {
            content: "choose it",
            trigger: '.o_select_menu_item:contains("Has little life left")',
            run: "click",
        },
        {
            content: "less than ten",
            trigger: ".o_selected_row [name=life] input",
            run: "edit 10",
        },
        {
            content: "to the clearance shelf",
            trigger: ".o_selected_row [name=location_id] input",
            run: "edit Clearance",
        },
        {
            content: "choose it",
            trigger: '.ui-menu-item a:contains("Clearance")',
            run: "click",
        },
        {
            content: "save",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "it is kept",
            trigger: '.o_data_row:not(.o_selected_row) [name=location_id]:contains("Clearance")',
        },
    ],
});

registry.category("web_tour.tours").add("lot_serial_trace_putaway_seen", {
    steps: () => [
        {
            content: "open the lines of the receipt",
            trigger: "button[name=action_detailed_operations]",
            run: "click",
        },
        {
            content: "it says where the goods go",
            trigger: '[name=location_dest_id]:contains("Clearance")',
        },
        {
            content: "and why",
            trigger: '[name=trace_why_here]:contains("less than 10 days left")',
        },
    ],
});
