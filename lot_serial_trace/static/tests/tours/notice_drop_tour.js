import { registry } from "@web/core/registry";

/** Files are dragged over the view and let go. */
function drop(files) {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of files) {
        dataTransfer.items.add(new File([content], name));
    }
    const view = document.querySelector(".o_list_view, .o_kanban_view");
    const options = { bubbles: true, cancelable: true, dataTransfer };
    view.dispatchEvent(new DragEvent("dragenter", options));
    return options;
}

const NOTICE = `<DespatchAdvice
    xmlns="urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
    <cbc:ID>DROPPED-1</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate></DespatchAdvice>`;
const FILES = [
    ["good.xml", NOTICE],
    ["cut.xml", NOTICE.slice(0, 120)],
    ["empty.xml", ""],
    ["copy.xml", NOTICE],
];

registry.category("web_tour.tours").add("lot_serial_trace_notice_drop", {
    steps: () => [
        {
            content: "drag files over the list",
            trigger: ".o_list_view .o_content",
            run: () => drop(FILES),
        },
        {
            content: "let them go",
            trigger: '.o-Dropzone:contains("Drop shipping notices here")',
            run: ({ anchor }) => anchor.dispatchEvent(new DragEvent("drop", drop(FILES))),
        },
        {
            content: "one is read",
            trigger: '.o_trace_notice_file[data-verdict=good]:contains("DROPPED-1")',
        },
        {
            content: "one is damaged, and why",
            trigger: '.o_trace_notice_file[data-verdict=parked]:contains("damaged")',
        },
        {
            content: "one is empty",
            trigger: '.o_trace_notice_file[data-verdict=parked]:contains("empty")',
        },
        {
            content: "one was here already",
            trigger: '.o_trace_notice_file[data-verdict=again]:contains("DROPPED-1")',
        },
        {
            content: "close",
            trigger: ".o_trace_notices .modal-footer button:enabled:contains(Close)",
            run: "click",
        },
        {
            content: "the list shows it",
            trigger: '.o_list_view:not(:has(.modal)) .o_data_cell:contains("DROPPED-1")',
        },
    ],
});
