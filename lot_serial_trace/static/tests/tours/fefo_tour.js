import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const told = (lot, reason, words) => ({
    content: `${lot}: ${reason}`,
    trigger: `.modal .o_data_row:contains("${lot}"):contains("${reason}"):contains("${words}")`,
});

tours.add("lot_serial_trace_why_not", {
    steps: () => [
        { trigger: "button[name=action_trace_why_not]", run: "click" },
        { trigger: '.modal:contains("Milk: 6 of 20 Units reserved.")' },
        told("UNSOLD", "Past last day of sale", "was to be sold until"),
        told("SHORT", "Too short a life", "Customer wants 30"),
        told("HELD", "On hold", "leaking"),
        { trigger: '.modal footer button:contains("Close")', run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("lot_serial_trace_too_old", {
    steps: () => [
        { trigger: "button[name=button_validate]", run: "click" },
        { trigger: '.modal:contains("UNSOLD of Milk was to be sold until")' },
        { trigger: '.modal footer button[special="cancel"]:visible', run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("lot_serial_trace_fefo", {
    steps: () => [
        { trigger: '.o_pivot:contains("FEFO Rate")' },
        { trigger: '.o_pivot td:contains("50.00%")' },
        { trigger: ".o_switch_view.o_graph", run: "click" },
        { trigger: ".o_graph_renderer canvas" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        {
            trigger: '.o_data_row.text-danger:contains("LATE"):contains("SOON"):contains("Broken")',
        },
        { trigger: '.o_data_row:contains("Kept")' },
        { trigger: '.o_data_row:contains("Broken") td[name=lot_id]', run: "click" },
        { trigger: ".o_form_view .o_breadcrumb:contains(/OUT/), .o_form_view h1:contains(/OUT/)" },
    ],
});
