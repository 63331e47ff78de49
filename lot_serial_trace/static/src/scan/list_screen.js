import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ScanFrame } from "./scan_frame";
import { useAnswer, useCall, useOpen, useRead } from "./scan_screen";

const PAGE = 40;

/** The open transfers of one operation type. */
export class ListScreen extends Component {
    static template = "lot_serial_trace.ListScreen";
    static components = { ScanFrame };
    static props = { ...standardActionServiceProps };
    static path = "trace-scan-list";
    static displayName = _t("Transfers");
    static target = "fullscreen";
    static extractProps = ({ params, context }) => {
        const resId = params?.res_id || context?.active_id;
        return resId ? { resId } : {};
    };

    setup() {
        this.answer = useAnswer();
        this.call = useCall(this.answer);
        this.open = useOpen(this.answer);
        this.prompt = _t("Scan a transfer, an order or a pallet");
        this.state = useState({
            title: _t("Transfers").toString(),
            warehouse: "",
            search: "",
            rows: [],
            count: 0,
        });
        this.search = useDebounced(() => this.read(0), 300);
        const read = useRead(this.answer);
        const start = (operations) => {
            this.setTitle(operations);
            this.answer.clear();
            return this.read(0);
        };
        onWillStart(() => read(start, "trace.scan", "trace_home"));
    }

    setTitle(operations) {
        const mine = operations.find(({ picking_type_id: id }) => id === this.props.resId);
        if (mine) {
            Object.assign(this.state, { title: mine.title, warehouse: mine.warehouse });
        }
    }

    async read(offset) {
        const { search } = this.state;
        const page = await this.call("trace.scan", "trace_transfers", [this.props.resId], {
            search,
            offset,
            limit: PAGE,
        });
        if (page && search === this.state.search) {
            this.state.count = page.count;
            this.state.rows = offset ? [...this.state.rows, ...page.rows] : page.rows;
        }
    }

    async onCode(code) {
        const found = await this.call("trace.scan", "trace_find", [code], {
            picking_type_id: this.props.resId,
        });
        this.open.found(found);
    }

    day({ scheduled }) {
        return scheduled ? formatDate(deserializeDateTime(scheduled)) : "";
    }

    isLate({ scheduled }) {
        return scheduled && deserializeDateTime(scheduled) < luxon.DateTime.now().startOf("day");
    }

    openTransfer(row) {
        this.open.screen("scan_transfer", { res_id: row.id });
    }
}

registry.category("actions").add("lot_serial_trace.scan_list", ListScreen);
