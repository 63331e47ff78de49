import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Navbar } from "@point_of_sale/app/components/navbar/navbar";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/**
 * Says in the till's bar how far its numbers can be trusted: being loaded, up to date, or of an
 * earlier moment because the server cannot be reached. Pressed, it loads them anew. Shops without
 * numbers see nothing.
 */
export class BookStatus extends Component {
    static template = "lot_serial_trace.BookStatus";
    static props = {};

    setup() {
        this.pos = usePos();
        this.state = useState(this.pos.traceBook.state);
    }

    /** Loads all numbers anew; the till goes on selling with the old ones meanwhile. */
    async renew() {
        const isDone = await this.pos.traceBook.renew();
        // Narrow screens have no room for the time that the numbers are of.
        this.pos.notification.add(isDone ? RENEWED : this.status?.title || NONE.title, {
            type: isDone ? "success" : "warning",
        });
    }

    get status() {
        const { ready, fresh, lost, products } = this.state;
        const away = lost || this.pos.data.network.offline;
        if (ready && !away) {
            return products ? FRESH : null;
        }
        if (!ready) {
            return away ? NONE : LOADING;
        }
        const time = luxon.DateTime.fromMillis(fresh).toLocaleString(luxon.DateTime.TIME_SIMPLE);
        const title = _t("The server cannot be reached. Numbers are checked as of %s.", time);
        return products ? { ...OLD, title, text: time } : null;
    }
}

const RENEWED = _t("All numbers of this shop were loaded anew");
const FRESH = {
    name: "fresh",
    icon: "fa-hashtag text-success",
    title: _t("Numbers of this shop: up to date"),
};
const LOADING = {
    name: "loading",
    icon: "fa-hashtag fa-fade text-muted",
    title: _t("Numbers of this shop are being loaded"),
};
const NONE = {
    name: "none",
    icon: "fa-hashtag text-danger",
    title: _t("The server cannot be reached, and this device has no numbers: they are not checked"),
};
const OLD = { name: "old", icon: "fa-hashtag text-warning" };

patch(Navbar, { components: { ...Navbar.components, BookStatus } });
