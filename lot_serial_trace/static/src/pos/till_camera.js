import { Component } from "@odoo/owl";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { CameraPane } from "../scan/camera_pane";

/**
 * The camera of the till, in place of Odoo's, which drops the separators of GS1 fields: a lot
 * number would run into the field behind it.
 */
export class TillCamera extends Component {
    static template = "lot_serial_trace.TillCamera";
    static components = { CameraPane };
    static props = { "*": true };

    setup() {
        this.pos = usePos();
    }

    onCode(code) {
        this.pos.barcodeReader.scan(code, "camera");
    }

    close() {
        this.pos.scanning = false;
    }
}

ProductScreen.components = { ...ProductScreen.components, BarcodeVideoScanner: TillCamera };
