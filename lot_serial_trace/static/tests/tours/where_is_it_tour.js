import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_serial_trace_where_is_it", {
    steps: () => [
        {
            content: "ask from the lot",
            trigger: "button[name=action_where_is_it]",
            run: "click",
        },
        {
            content: "the sums close",
            trigger:
                '.o_trace_whereabouts_sum:contains("Received 10 = On hand 6 + With a customer 4")',
        },
        {
            content: "the pallet and the box",
            trigger: '.o_data_row:contains("106141412345678908 > BOX")',
        },
        {
            content: "open the place",
            trigger: '.o_data_row:contains("106141412345678908 > BOX") td[name=place]',
            run: "click",
        },
        {
            content: "it is a link",
            trigger: ".modal .o_field_widget[name=place_id] a",
        },
        { content: "close", trigger: ".modal .btn-close", run: "click" },
        {
            content: "as a list",
            trigger: ".o_form_view:not(:has(.modal)) button[name=action_list]",
            run: "click",
        },
        {
            content: "grouped by where",
            trigger: '.o_list_view .o_group_header:contains("With a customer")',
            run: "click",
        },
        {
            content: "open the delivery",
            trigger:
                '.o_list_view .o_data_row:contains("Customer") button[name=action_open_document]',
            run: "click",
        },
        {
            content: "the delivery",
            trigger: '.o_form_view .o_statusbar_status .o_arrow_button_current:contains("Done")',
        },
    ],
});
