import { Component, onMounted, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";

/**
 * Files that were dropped are sent one after the other; each tells what became of it.
 *
 * A file that fails stops no other, and one that the server could not take can be sent
 * again: the same bytes twice are one notice.
 */
export class NoticeDialog extends Component {
    static template = "lot_serial_trace.NoticeDialog";
    static components = { Dialog };
    static props = { close: Function, files: Array };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.title = _t("Shipping notices");
        this.state = useState({
            rows: this.props.files.map((file, index) => ({ key: index, file, verdict: "waiting" })),
            busy: true,
        });
        onMounted(() => this.sendAll());
    }

    async sendAll() {
        this.state.busy = true;
        for (const row of this.state.rows.filter(
            (one) => !["good", "again"].includes(one.verdict),
        )) {
            await this.send(row);
        }
        this.state.busy = false;
    }

    async send(row) {
        row.verdict = "sending";
        try {
            const url = await getDataURLFromFile(row.file);
            const content = url.slice(url.indexOf(",") + 1);
            const answer = await this.orm.silent.call("trace.asn.exchange", "upload_file", [
                row.file.name,
                url.includes(",") ? content : "",
            ]);
            Object.assign(row, this.told(answer));
        } catch (error) {
            const words = error.data?.message || error.message;
            Object.assign(row, { verdict: "failed", words: words || _t("It could not be sent.") });
        }
    }

    /** What the answer of the server means for a person. */
    told(answer) {
        const { exchange, notices } = answer;
        const numbers = notices.map((notice) => notice.number).join(", ");
        if (answer.error) {
            return { verdict: "parked", words: answer.error, exchange, notices };
        }
        if (answer.duplicate) {
            return { verdict: "again", words: _t("Here already: %s", numbers), exchange, notices };
        }
        const open = notices.filter((notice) => notice.state === "parsed").length;
        const words = open
            ? _t("%(numbers)s: read, %(open)s to match", { numbers, open })
            : _t("%s: read and matched", numbers);
        return { verdict: "good", words, exchange, notices };
    }

    get done() {
        return this.state.rows.filter((row) => !["waiting", "sending"].includes(row.verdict))
            .length;
    }

    get failed() {
        return this.state.rows.some((row) => row.verdict === "failed");
    }

    get percent() {
        return Math.round((100 * this.done) / this.state.rows.length);
    }

    icon(row) {
        return {
            waiting: "fa-clock-o text-muted",
            sending: "fa-spinner fa-spin",
            good: "fa-check text-success",
            again: "fa-files-o text-info",
            parked: "fa-exclamation-triangle text-danger",
            failed: "fa-times text-danger",
        }[row.verdict];
    }

    open(row) {
        this.props.close();
        const [notice] = row.notices;
        const single = row.verdict !== "parked" && row.notices.length === 1;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: single ? "trace.asn" : "trace.asn.exchange",
            res_id: single ? notice.id : row.exchange,
            views: [[false, "form"]],
        });
    }
}
