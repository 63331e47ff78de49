import { registry } from "@web/core/registry";

const CYCLE = '.o_figure[data-figure="cycle_time"]';

registry.category("web_tour.tours").add("lot_serial_trace_home", {
    steps: () => [
        {
            content: "two questions of two hours each, on target",
            trigger: `${CYCLE}[data-verdict="good"] .o_number:contains("2 h")`,
        },
        { content: "drawn", trigger: `${CYCLE} canvas` },
        { content: "what does it mean?", trigger: `${CYCLE} .o_explain`, run: "click" },
        { content: "in words", trigger: `${CYCLE} .o_definition:contains("complete answer")` },
        {
            content: "what has no figure yet says how it begins",
            trigger: '.o_figure[data-figure="scan"] .o_nothing:contains("Not scanned")',
        },
        { content: "first steps", trigger: '.o_steps li:contains("Count a place") button' },
        {
            content: "look back further",
            trigger: '.o_periods button:contains("90 days")',
            run: "click",
        },
        {
            content: "three questions",
            trigger: `${CYCLE} .o_facts:contains("3 questions answered")`,
        },
        {
            content: "back to a month",
            trigger: '.o_periods button:contains("30 days")',
            run: "click",
        },
        {
            content: "two again",
            trigger: `${CYCLE} .o_facts:contains("2 questions answered")`,
        },
        { content: "the records", trigger: `${CYCLE} footer button`, run: "click" },
        { content: "are those two", trigger: ".o_list_view .o_data_row:nth-of-type(2)" },
        {
            content: "and no third",
            trigger: ".o_list_view tbody:not(:has(.o_data_row:nth-of-type(3)))",
        },
        { content: "back", trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        {
            content: "the desk",
            trigger: ".o_trace_home .o_exceptions .o_number",
            run: "click",
        },
        { content: "open exceptions", trigger: ".o_action_manager .o_view_controller" },
    ],
});
