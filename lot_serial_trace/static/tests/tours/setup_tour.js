import { registry } from "@web/core/registry";

const row = (text) => `.o_field_widget[name=change_ids] .o_data_row:contains("${text}")`;

registry.category("web_tour.tours").add("lot_serial_trace_setup", {
    steps: () => [
        {
            content: "the app offers it when it is opened for the first time",
            trigger: '.o_trace_setup_offer button:contains("Set up")',
            run: "click",
        },
        {
            content: "we sell food",
            trigger:
                '.o_field_widget[name=trade_ids] .o_data_row:contains("Food") .o_boolean_toggle input',
            run: "click",
        },
        { content: "what would it set?", trigger: "button[name=action_look]", run: "click" },
        {
            content: "what it would be now and then",
            trigger: `${row("Expired")}:contains("Block")`,
        },
        {
            content: "no drills for us",
            trigger: `${row("Recall drill")} button[name=action_want].fa-times, ${row("Recall drill")} button[name=action_want]:has(.fa-times)`,
            run: "click",
        },
        {
            content: "it is out, and could be taken in again",
            trigger: `${row("Recall drill")}.text-muted`,
        },
        { content: "set it", trigger: "button[name=action_set]", run: "click" },
        { content: "it says what was set", trigger: 'h1:contains("What was set")' },
        { content: "undo", trigger: "button[name=action_undo]", run: "click" },
        { content: "really", trigger: ".modal-footer button:contains(Undo)", run: "click" },
        {
            content: "all is as it was",
            trigger: '.o_field_widget[name=says]:contains("All is as it was before")',
        },
    ],
});
