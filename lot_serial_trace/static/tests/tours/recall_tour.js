import { simulateBarCode } from "@barcodes/../tests/legacy/helpers";
import { registry } from "@web/core/registry";
import { startTill } from "./till_words";

const click = (trigger, more = {}) => ({ trigger, run: "click", ...more });

/** The acts of one play: see tests/test_recall_play.py. */
const act = (name, ...steps) =>
    registry.category("web_tour.tours").add(`lot_serial_trace_recall_${name}`, {
        steps: () => steps.flat(Infinity),
    });

/** What the server does may take its time on a busy machine. */
const slow = { timeout: 60000 };

const state = (words) => ({
    trigger: `.o_field_statusbar .o_arrow_button_current:contains("${words}")`,
    ...slow,
});

act("arrives", [
    click("button[name=action_poll]"),
    { trigger: '.o_form_view:contains("1 new")', ...slow },
]);

act("confirm", [
    click('.o_data_row:contains("2026-907") td[name=title]'),
    {
        content: "the words on both sides are shown",
        trigger: '.o_kanban_record:contains("HON-77") [name=evidence_html]:contains("HON-77")',
    },
    click('.o_kanban_record:contains("HON-77") button[name=action_confirm]'),
    state("Ours"),
    click("button[name=action_open_case]"),
    { trigger: '.o_form_view [name=authority_ref] input:value("2026-907")', ...slow },
    click("button[name=action_preview]:contains(Look ahead)"),
    {
        content: "who has it, before anything is done",
        trigger: '.o_form_view .o_notebook:contains("Customer")',
        ...slow,
    },
    click("button[name=action_confirm]"),
    click(".modal footer .btn-primary"),
    state("Running"),
]);

act("refused", [
    startTill(),
    {
        content: "the jar is scanned",
        trigger: "body",
        async run() {
            const end = Date.now() + 8000;
            while (!window.posmodel.traceBook?.ready && Date.now() < end) {
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            simulateBarCode([..."010400638133393110HON-77", "Enter"]);
        },
    },
    {
        trigger: '.o_trace_refusal .o_trace_text:contains("HON-77"):contains("Recall RC/")',
        ...slow,
    },
    click(".o_trace_refusal .o-default-button"),
    { trigger: "body:not(:has(.modal)):not(:has(.orderline))" },
]);

act("tell", [
    state("Running"),
    click("a[name=consignees]"),
    click("button[name=action_tell]"),
    click(".modal footer .btn-primary"),
    { trigger: "button[name=action_stop_telling]", ...slow },
]);

act("destroy", [
    click("button[name=action_dispose]"),
    { trigger: '.modal .o_data_row:contains("HON-77")', ...slow },
    { trigger: ".modal .o_field_widget[name=witness] input", run: "edit Ada Miller" },
    click(".modal .o_field_widget[name=happened] input"),
    click(".modal footer button[name=action_do]"),
    click('.o_list_view .o_group_header:contains("Destroy")', slow),
    { trigger: '.o_list_view .o_data_row:contains("HON-77"):contains("Ada Miller")', ...slow },
]);

act("close", [
    click("button[name=action_close]"),
    {
        content: "the buyers whom nobody knows have not answered",
        trigger: ".modal .o_field_widget[name=reason] textarea",
        run: "edit A notice hung at the till for two weeks",
        ...slow,
    },
    click(".modal footer button[name=action_do]"),
    state("Closed"),
]);
