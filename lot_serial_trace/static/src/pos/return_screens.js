import { patch } from "@web/core/utils/patch";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ControlButtons } from "@point_of_sale/app/screens/product_screen/control_buttons/control_buttons";
import { TicketScreen } from "@point_of_sale/app/screens/ticket_screen/ticket_screen";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { ReturnDialog } from "./return_dialog";

patch(PosStore.prototype, {
    /** Opens the dialog for a unit that comes back, with a scan if there was one. */
    traceOpenReturn(scan = null) {
        this.dialog.add(ReturnDialog, scan ? { scan } : {});
    },
});

patch(ControlButtons.prototype, {
    /** Cashiers who may not refund do not take goods back either. */
    get traceMayReturn() {
        return this.pos.cashier?._role !== "minimal";
    },

    clickTraceReturn() {
        this.props.close?.();
        this.pos.traceOpenReturn();
    },
});

/** On the screen of paid orders a scan asks who bought the unit. */
patch(TicketScreen.prototype, {
    setup() {
        super.setup(...arguments);
        useBarcodeReader({
            trace: (scan) => {
                this.pos.traceOpenReturn(scan);
                return true;
            },
        });
    },
});
