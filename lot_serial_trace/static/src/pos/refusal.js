import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { Sounds } from "../scan/sounds";
import { PassDialog } from "./pass_dialog";
import { RefusalDialog } from "./refusal_dialog";

/** What the till says, by ear and by eye; and who may let a refused number pass. */
patch(PosStore.prototype, {
    async setup() {
        this.traceSounds = new Sounds();
        await super.setup(...arguments);
    },

    /** One line that goes away by itself. */
    traceSay(verdict, text, options = {}) {
        const type = { good: "success", warn: "warning", stop: "danger" }[verdict];
        this.traceSounds.play(verdict);
        this.notification.add(text, { type, ...options });
    },

    /** Warnings never wait for the cashier. */
    traceWarn({ findings }) {
        const said = findings.filter(({ severity }) => severity === "warn");
        if (said.length) {
            this.traceSounds.play("warn");
        }
        for (const { text, remedy } of said) {
            this.notification.add(_t("%(text)s. %(remedy)s", { text, remedy }), {
                type: "warning",
                title: _t("Look"),
            });
        }
    },

    /**
     * Shows a refusal.
     *
     * @param {Object} verdict of the book or the server
     * @param {Object} context { product, number, order }
     * @returns {Object|null} { by, reason } if somebody lets the number pass
     */
    async traceRefuse(verdict, context) {
        this.traceSounds.play("stop");
        const props = { verdict, context, line: this.barcodeReader?.traceLine };
        const answer = await makeAwaitable(this.dialog, RefusalDialog, {
            ...props,
            mayPass: this.traceMayPass,
        });
        return answer === "pass" ? await this.traceAskPass(context) : null;
    },

    /** Who says that a number may go and why; null if nobody does. */
    async traceAskPass({ number, product }) {
        const pass = await makeAwaitable(this.dialog, PassDialog, {
            number,
            product: product.display_name,
            managers: this.traceManagers,
            cashier: this.traceCashierMayPass ? this.getCashier().name : "",
        });
        return pass || null;
    },

    get traceMayPass() {
        return this.traceCashierMayPass || this.traceManagers.length > 0;
    },

    /** Whether the person at the till has the right. */
    get traceCashierMayPass() {
        return this.config.module_pos_hr
            ? this.getCashier()?._role === "manager"
            : Boolean(this.traceBook?.book?.words.mayPass);
    },

    /** Employees who can prove with a PIN that they are managers. */
    get traceManagers() {
        const employees = this.config.module_pos_hr && this.models["hr.employee"];
        return employees
            ? employees
                  .filter(({ _role, _pin }) => _role === "manager" && _pin)
                  .map(({ id, name, _pin }) => ({ id, name, pin: _pin }))
            : [];
    },
});
