import { registry } from "@web/core/registry";

/** A keyboard wedge: the characters arrive at once and end with Enter. */
function wedge(input, code) {
    input.focus();
    input.value = code;
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}

/** The same while the focus is elsewhere: the field has it before another code can begin. */
function wedgeElsewhere(input, code) {
    document.activeElement.blur();
    for (const key of [...code, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    if (document.activeElement !== input) {
        throw new Error("The next code would be cut in two.");
    }
}

const scan = (code, verdict, words, how = wedge) => [
    {
        content: `scan ${code}`,
        trigger: ".o_trace_scan_input",
        run: ({ anchor }) => how(anchor, code),
    },
    {
        content: `${verdict}: ${words}`,
        trigger: `.o_trace_scan_answer[data-verdict=${verdict}]:contains("${words}")`,
    },
];

registry.category("web_tour.tours").add("lot_serial_trace_receipt_scan", {
    steps: () => [
        ...scan("(01)09501101530003(17)271231(10)B7(21)SN-1", "good", "SN-1"),
        { content: "one of two", trigger: '.o_trace_scan_progress:contains("1 / 2")' },
        ...scan("(01)09501101530003(21)SN-1", "warn", "already"),
        ...scan("(01)09501101530004(21)SN-2", "stop", "check digit"),
        ...scan("(01)09501101530003(21)SN-2", "good", "SN-2", wedgeElsewhere),
        { content: "two of two", trigger: '.o_trace_scan_progress:contains("2 / 2")' },
        { content: "validate", trigger: "button[name=button_validate]", run: "click" },
        {
            content: "done",
            trigger: '.o_statusbar_status .o_arrow_button_current:contains("Done")',
        },
        {
            content: "no scan field any more",
            trigger: ".o_form_view:not(:has(.o_trace_scan_input))",
        },
    ],
});
