import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_serial_trace_regulator", {
    steps: () => [
        { content: "an authority asks", trigger: ".o_list_button_add", run: "click" },
        {
            content: "who",
            trigger: ".o_field_widget[name=authority] input",
            run: "edit FDA, J. Doe",
        },
        {
            content: "which lots, as they are read out",
            trigger: ".o_field_widget[name=numbers] textarea",
            run: "edit TOUR-1; TOUR-404",
        },
        {
            content: "the next field",
            trigger: ".o_field_widget[name=authority_ref] input",
            run: "edit TR-118",
        },
        {
            content: "what it comes to is counted at once",
            trigger: '.o_field_widget[name=counts]:contains("Receiving: 1")',
        },
        {
            content: "and what nobody knows",
            trigger: '.alert-warning:contains("TOUR-404")',
        },
        { content: "make the file", trigger: "button[name=action_xlsx]", run: "click" },
        {
            content: "the request is answered",
            trigger: '.o_arrow_button_current:contains("Answered")',
        },
        {
            content: "the file is kept with its digest",
            trigger: '.o_field_widget[name=file_ids] .o_data_row:contains("fsma204.xlsx")',
        },
    ],
});
