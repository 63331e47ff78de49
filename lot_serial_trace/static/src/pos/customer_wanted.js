import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";

/** So many products are named. */
const NAMED = 3;

/** Asks who buys, in a friendly way; or says that it must be known. */
export class CustomerDialog extends Component {
    static template = "lot_serial_trace.CustomerDialog";
    static components = { Dialog };
    static props = {
        products: { type: Array, element: String },
        isMust: Boolean,
        getPayload: Function,
        close: Function,
    };

    get names() {
        const more = this.props.products.length - NAMED;
        const names = this.props.products.slice(0, NAMED).join(", ");
        return more > 0 ? _t("%(names)s and %(count)s more", { names, count: more }) : names;
    }

    answer(choice) {
        this.props.getPayload(choice);
        this.props.close();
    }
}

/**
 * Some goods are recalled now and then; who bought them can be told only if somebody knows.
 * Where a policy (“Customer wanted”) says so the cashier asks before payment. The answer “not
 * wanted” is kept on the order, and nothing else.
 */
patch(PosStore.prototype, {
    /** Whether payment may go on. */
    async traceInviteCustomer(order) {
        const { products, isMust } = this.traceCustomerWanted(order);
        if (!products.length || order.getPartner() || (order.trace_no_customer && !isMust)) {
            return true;
        }
        const choice = await makeAwaitable(this.dialog, CustomerDialog, { products, isMust });
        if (choice === "choose") {
            await this.selectPartner(order);
            return Boolean(order.getPartner());
        }
        order.trace_no_customer = choice === "without";
        return order.trace_no_customer;
    },

    /** Products on the order whose buyer is wanted, and whether the sale waits for him. */
    traceCustomerWanted(order) {
        const wanted = order.lines
            .filter((line) => line.qty > 0)
            .map((line) => ({
                name: line.product_id.display_name,
                severity: this.traceCustomerSeverity(line.product_id),
            }))
            .filter(({ severity }) => ["warn", "block"].includes(severity));
        return {
            products: [...new Set(wanted.map(({ name }) => name))],
            isMust: wanted.some(({ severity }) => severity === "block"),
        };
    },

    traceCustomerSeverity(product) {
        const known = this.traceBook?.book?.products.get(product.id);
        return known?.severities?.customer_wanted || "off";
    },
});

patch(OrderPaymentValidation.prototype, {
    async isOrderValid() {
        const isValid = await super.isOrderValid(...arguments);
        return isValid && (await this.pos.traceInviteCustomer(this.order));
    },
});
