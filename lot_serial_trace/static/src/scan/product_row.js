import { Component } from "@odoo/owl";
import { isComplete } from "./transfer_model";

/** A product of a transfer: how much is there of what is wanted. */
export class ProductRow extends Component {
    static template = "lot_serial_trace.ProductRow";
    static props = { product: Object, latest: Boolean, onOpen: Function };

    get isComplete() {
        return isComplete(this.props.product);
    }

    get isOver() {
        const { captured, wanted } = this.props.product;
        return captured > wanted;
    }
}
