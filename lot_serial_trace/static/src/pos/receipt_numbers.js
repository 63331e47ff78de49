import { patch } from "@web/core/utils/patch";
import { Orderline } from "@point_of_sale/app/components/orderline/orderline";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { factsOf, hasCode } from "./receipt_facts";

/** Size of a code on the receipt, in pixels: scanned from 58 mm paper, too. */
const SIZE = 72;

/**
 * The receipt says beside each number until when it is good and covered, with a code that leads
 * to the unit if the till is set so. Printed, on the screen and in the mail alike, also offline.
 */
patch(Orderline.prototype, {
    get lineScreenValues() {
        const values = super.lineScreenValues;
        if (values.isReceipt && values.lotLines?.length) {
            values.traceFacts = this.line.pack_lot_ids.map((pack) => this.traceFactsOf(pack));
        }
        return values;
    },

    traceFactsOf(pack) {
        const facts = factsOf(pack, this.env.services.pos?.traceBook);
        const wanted = this.line.order_id.config?.trace_receipt_qr;
        const code = wanted && facts.link && hasCode(pack);
        return { ...facts, code: code ? qrCode(facts.link) : "" };
    },
});

function qrCode(link) {
    return generateQRCodeDataUrl(link, { width: SIZE, height: SIZE });
}
