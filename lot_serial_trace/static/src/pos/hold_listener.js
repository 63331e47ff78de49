import { markRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import "./book_service.js";
import { sentence, severityOf } from "./judge.js";
import { askAnew, numbersOf } from "./payment_gate";

/** So many numbers are named to the cashier. */
const NAMED = 3;

/** Words where the till has no book yet. */
const ON_HOLD = {
    title: _t("On hold"),
    message: _t("%(lot)s of %(product)s is on hold: %(reason)s"),
    remedy: _t("Take another unit. Quality can release the hold or let it pass with a reason."),
};

/** Whether the cashier heard at the scan that it is on hold, and it was let pass. */
const wasTold = ({ pack }) =>
    JSON.parse(pack.trace_said || "[]").some(([code]) => code === "on_hold");

/** "SN1 of Device, SN2 of Device and 7 more" */
export function nameLots(lots, count) {
    const names = lots
        .slice(0, NAMED)
        .map(({ name, product }) => _t("%(number)s of %(product)s", { number: name, product }));
    const more = count - names.length;
    const text = names.join(", ");
    return more > 0 ? _t("%(names)s and %(count)s more", { names: text, count: more }) : text;
}

/**
 * The cashier hears at once when numbers are put on hold or are free again; of a number that is on
 * the order on the screen it is asked what becomes of it, because it would be sold next.
 *
 * The message names some of the numbers; the book, which is asked for at the same time, knows
 * them all, also those that were put on hold while the till was away.
 */
patch(PosStore.prototype, {
    async initServerData() {
        this.traceWarned = markRaw(new Set());
        const result = await super.initServerData(...arguments);
        this.data.connectWebSocket("TRACE_HOLDS", (data) => this.traceHoldsChanged(data));
        return result;
    },

    traceHoldsChanged({ what, count, lots }) {
        const names = nameLots(lots, count);
        if (what === "released") {
            lots.forEach((lot) => this.traceForgetWarning(lot));
            this.notification.add(_t("May be sold again: %s", names), { type: "success" });
            return;
        }
        const reasons = [...new Set(lots.map((lot) => lot.reason))].slice(0, NAMED).join("; ");
        this.notification.add(
            _t("On hold, do not sell: %(names)s. %(reasons)s", { names, reasons }),
            {
                type: "danger",
                sticky: true,
            },
        );
        this.traceWarnOfOrders(({ product_id: productId, number }) =>
            lots.find((lot) => lot.name === number && lot.product_id === productId),
        );
    },

    traceBookChanged() {
        super.traceBookChanged(...arguments);
        this.traceWarnOfOrders(({ product_id: productId, number }) => {
            const lot = this.traceBook.find(productId, number);
            return lot?.reasons.length && { reason: lot.reasons.join("; ") };
        });
    },

    /** Say once of each number on an open order that it is on hold. */
    traceWarnOfOrders(holdOf) {
        for (const order of this.getOpenOrders()) {
            const news = numbersOf(order)
                .filter((ask) => ask.pack && !wasTold(ask))
                .map((ask) => ({ ask, hold: holdOf(ask) }))
                .filter(({ ask, hold }) => hold && this.traceIsNews(order, ask));
            if (news.length) {
                this.traceWarnOfOrder(
                    order,
                    news.map(({ ask, hold }) => ({
                        ask,
                        findings: [this.traceHoldFinding(ask, hold.reason)],
                    })),
                );
            }
        }
    },

    /** Whether it was not said before. */
    traceIsNews(order, { product_id: productId, number }) {
        const key = `${order.uuid} ${productId} ${number}`;
        const isNews = !this.traceWarned.has(key);
        this.traceWarned.add(key);
        return isNews;
    },

    /** What the till would say of the number if it were scanned now. */
    traceHoldFinding({ product, product_id: productId, number }, reason) {
        const { products, words } = this.traceBook?.book || {};
        const { title, message, remedy } = words?.kinds.on_hold || ON_HOLD;
        const values = { lot: number, product: product.display_name, reason };
        return {
            code: "on_hold",
            severity: severityOf("on_hold", products?.get(productId)?.severities),
            title,
            text: sentence(String(message), values),
            remedy,
        };
    },

    /** The order on the screen is asked about at once; others are, before they are paid. */
    traceWarnOfOrder(order, news) {
        const refused = news.filter(({ findings: [one] }) => one.severity === "block");
        askAnew(order);
        if (refused.length && order.uuid === this.getOrder()?.uuid) {
            this.traceGateRefuse(refused);
        } else if (refused.length) {
            this.traceSounds.play("stop");
            this.notification.add(
                _t("Take off order %(order)s: %(reasons)s", {
                    order: order.getName(),
                    reasons: refused.map(({ findings: [one] }) => one.text).join("; "),
                }),
                { type: "danger", sticky: true },
            );
        }
        news.filter(({ findings: [one] }) => one.severity === "warn").forEach((one) =>
            this.traceWarn(one),
        );
    },

    /** It may be put on hold again. */
    traceForgetWarning({ name, product_id: productId }) {
        for (const key of this.traceWarned) {
            if (key.endsWith(` ${productId} ${name}`)) {
                this.traceWarned.delete(key);
            }
        }
    },
});
