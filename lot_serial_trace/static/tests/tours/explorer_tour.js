import { registry } from "@web/core/registry";

const box = (words) => `.o_trace_box:contains("${words}")`;

/** A scanner ends its code at once: no suggestion comes between. */
const scan = (code) => ({
    content: `scan ${code}`,
    trigger: ".o_trace_search_input",
    async run({ edit, press }) {
        await edit(code);
        await press("Enter");
    },
});

registry.category("web_tour.tours").add("lot_serial_trace_explorer", {
    steps: () => [
        { content: "what to do is said", trigger: '.o_trace_empty:contains("follow")' },
        scan("(01)09501101990012(21)NIX"),
        {
            content: "an unknown number of a known product is offered as the product",
            trigger: '.o_trace_hits li:contains("Tour device")',
        },
        scan("TOUR-RAW"),
        { content: "suppliers at the left", trigger: box("Tour farm") },
        { content: "the asked lot", trigger: `.o_asked${box("TOUR-RAW")}` },
        {
            content: "unfold the lots that were made of it",
            trigger: `.o_is_group${box("8 × Tour device")}`,
            run: "click",
        },
        { content: "choose one", trigger: `.o_is_node${box("TOUR-SN8")}`, run: "click" },
        {
            content: "its panel says who has it",
            trigger: '.o_trace_panel:contains("Tour shop") .o_trace_where:contains("Tour shop")',
        },
        {
            content: "open the delivery",
            trigger: ".o_trace_panel .o_trace_last .o_document:first",
            run: "click",
        },
        {
            content: "the delivery, done",
            trigger: '.o_form_view .o_statusbar_status .o_arrow_button_current:contains("Done")',
        },
        {
            content: "and back",
            trigger: '.o_back_button, .breadcrumb-item:contains("TOUR-RAW") a',
            run: "click",
        },
        {
            content: "everything is as it was left",
            trigger: `.o_trace_panel[data-key^="lot:"] h2:contains("TOUR-SN8")`,
        },
        {
            content: "fold again",
            trigger: `.o_is_head${box("8 × Tour device")}`,
            run: "click",
        },
        { content: "folded", trigger: `.o_is_group${box("8 × Tour device")}` },
        { content: "in order of time", trigger: "[data-view=timeline]", run: "click" },
        {
            content: "the receipt is told",
            trigger: '.o_trace_timeline li:contains("Received"):contains("Tour farm")',
        },
        { content: "as a table", trigger: "[data-view=table]", run: "click" },
        {
            content: "who got what",
            trigger: ".o_trace_table .o_by",
            run: "select customer",
        },
        {
            content: "one customer, one unit",
            trigger: '.o_trace_group:contains("Tour shop"):contains("1 row")',
        },
        { content: "what is where", trigger: "[data-view=places]", run: "click" },
        { content: "of all of it", trigger: ".o_scope select", run: "select all" },
        {
            content: "most is here, one is sold",
            trigger: '.o_trace_tree:contains("Tour shop"):contains("On hand")',
        },
        { content: "and on the map", trigger: '.o_trace_map button:contains("With a customer")' },
        {
            content: "from the sold unit on",
            trigger: ".o_trace_panel .o_trace_from",
            run: "click",
        },
        { content: "asked anew", trigger: '.o_trace_about h1:contains("TOUR-SN8")' },
        { content: "back to what was asked before", trigger: ".o_back", run: "click" },
        { content: "there", trigger: '.o_trace_about h1:contains("TOUR-RAW")' },
        { content: "share", trigger: ".o_trace_do .o_share", run: "click" },
        { content: "for whom", trigger: ".modal .o_recipient", run: "edit Food Authority" },
        { content: "make the link", trigger: ".modal .o_make:not([disabled])", run: "click" },
        { content: "here it is", trigger: '.modal .o_link:value("/trace/shared/")' },
        { content: "done", trigger: ".modal .o_done", run: "click" },
        { content: "closed", trigger: ".o_trace_explorer:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("lot_serial_trace_explorer_auditor", {
    steps: () => [
        { content: "the trace is there", trigger: `.o_asked${box("TOUR-RAW")}` },
        {
            content: "nothing to share for who changes nothing",
            trigger: ".o_trace_do:not(:has(.o_share))",
        },
        { content: "keep the answer", trigger: ".o_trace_do .o_keep", run: "click" },
        { content: "it has a record", trigger: '.o_form_view:contains("TOUR-RAW")' },
    ],
});
