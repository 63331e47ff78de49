import { registry } from "@web/core/registry";

const single = Array.from({ length: 50 }, (_, i) => `SN${String(i + 1).padStart(3, "0")}`);
const LIST = [...single, "SN051-SN300", "SN007", "SN(10)9"].join("\n");

registry.category("web_tour.tours").add("lot_serial_trace_number_import", {
    steps: () => [
        { trigger: "button[name=action_trace_import_numbers]", run: "click" },
        {
            content: "paste 50 numbers, a range of 250, a repeated and a broken one",
            trigger: ".o_trace_import textarea",
            run({ anchor }) {
                anchor.value = LIST;
                anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
            },
        },
        { trigger: '.o_trace_import_filters [data-verdict=new]:contains("300")' },
        { trigger: '.o_trace_import_filters [data-verdict=wrong]:contains("1")' },
        { trigger: '.o_trace_import_filters [data-verdict=twice]:contains("1")', run: "click" },
        {
            content: "the repeated one, with its line",
            trigger: '.o_trace_import_table tbody tr:only-child:contains("52"):contains("SN007")',
        },
        { trigger: ".o_trace_import_filters [data-verdict=twice]", run: "click" },
        { trigger: 'button[aria-label="Next page"]', run: "click" },
        { trigger: '.o_trace_import_table tr:contains("SN051"):contains("SN051-SN300")' },
        { trigger: '.o_trace_import button[name=add]:contains("Add 300 numbers")', run: "click" },
        { trigger: '.o_notification:contains("300 numbers added")' },
        { trigger: "body:not(:has(.o_trace_import))" },
    ],
});
