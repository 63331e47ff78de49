import { registry } from "@web/core/registry";

const cell = (name, words) => `.o_data_row .o_data_cell[name=${name}]:contains("${words}")`;

registry.category("web_tour.tours").add("lot_serial_trace_ask", {
    steps: () => [
        {
            content: "a label and a list, as they come",
            trigger: ".modal .o_field_widget[name=numbers] textarea",
            // two lines: more than a step in words can say
            run: ({ edit }) => edit("(01)09501101990012(21)TOUR-SN8\nTOUR-RAW, TOUR-NIX"),
        },
        {
            content: "for an audit",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit The authority asks",
        },
        { content: "answer", trigger: ".modal button[name=action_ask]", run: "click" },
        {
            content: "what is not known is told",
            trigger: '.o_form_view:contains("TOUR-NIX")',
        },
        {
            content: "the answer names the customer",
            trigger: `.o_form_view ${cell("partner_name", "Tour shop")}`,
        },
        { content: "ask again", trigger: "button[name=action_repeat]", run: "click" },
        {
            content: "nothing has changed since",
            trigger: '.alert-success:contains("Same answer as before")',
        },
    ],
});
