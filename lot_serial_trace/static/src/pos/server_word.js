import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { numbersOf, refusal, stillThere } from "./payment_gate";

/** Milliseconds without a new number after which the server is asked about the last ones. */
const LULL = 400;

/**
 * The till answers each scan by itself, at once. What only the server knows (where a number is,
 * who else is about to sell it) is asked for when the scanner rests, and told if it is news.
 */
patch(PosStore.prototype, {
    async initServerData() {
        const result = await super.initServerData(...arguments);
        this.traceAsked = new Set();
        this.models["pos.pack.operation.lot"].addEventListener("create", () => this.traceAskSoon());
        return result;
    },

    traceAskSoon() {
        browser.clearTimeout(this.traceAskTimer);
        this.traceAskTimer = browser.setTimeout(() => this.traceAskNow(this.getOrder()), LULL);
    },

    async traceAskNow(order) {
        if (!order || order.finalized || !this.traceBook?.ready || this.data.network.offline) {
            return;
        }
        if (this.barcodeReader?.traceLine.scans.length) {
            this.traceAskSoon();
            return;
        }
        const asked = numbersOf(order).filter(
            ({ pack }) => pack && !this.traceAsked.has(pack.uuid),
        );
        if (asked.length) {
            await this.traceHear(order, asked, await this.traceWords(order, asked));
        }
    },

    /** Tells what is news in the server's answer. */
    async traceHear(order, asked, verdicts) {
        const heard = asked
            .map((ask, at) => ({ ask, verdict: verdicts[at] }))
            .filter(({ ask, verdict }) => verdict?.asked && stillThere(ask) && !order.finalized);
        for (const { ask, verdict } of heard) {
            this.traceAsked.add(ask.pack.uuid);
            this.traceWarn({ findings: verdict.findings.filter((one) => isNews(one, ask.pack)) });
        }
        const refused = heard.map(({ ask, verdict }) => refusal(ask, verdict)).filter(Boolean);
        if (refused.length) {
            await this.traceGateRefuse(refused);
        }
    },
});

/** What was told at the scan is no news. */
function isNews({ code, severity }, { trace_said: said }) {
    return severity === "warn" && !JSON.parse(said || "[]").some(([one]) => one === code);
}
