from .till_case import TillCase


class ReturnCase(TillCase):
    """A shop with a till, and words for what is sold and taken back there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.point_of_sale_update_stock_quantities = "real"
        cls.device.available_in_pos = cls.milk.available_in_pos = True

    def make_quarantine(self):
        self.warehouse.action_trace_make_quarantine()
        self.quarantine = self.warehouse.trace_quarantine_id

    def line(self, product, quantity, *numbers, of=None, **values):
        """A line as the till sends it; ``of`` is the line that it refunds."""
        return {
            **self.order_line(product, quantity, *numbers),
            **({"refunded_orderline_id": of.id} if of else {}),
            **values,
        }

    def send(self, *lines, partner=None, **values):
        """Send an order of such lines and return it."""
        partner = self.customer if partner is None else partner
        return self.sync(self.order_of(lines, partner_id=partner.id, **values))

    def sell(self, product, quantity, *numbers, **values):
        return self.send(self.line(product, quantity, *numbers), **values)

    def refund(self, sale, *numbers, quantity=1, partner=None, date=None, **values):
        """Take numbers of a sale back, as the till does."""
        of = sale.lines.filtered(lambda line: line.qty > 0)[:1]
        line = self.line(of.product_id, -quantity, *numbers, of=of, **values)
        more = {"date_order": date} if date else {}
        return self.send(
            line, partner=sale.partner_id if partner is None else partner, is_refund=True, **more
        )

    def on_hand(self, product, number, place):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("lot_id.name", "=", number),
                ("location_id", "=", place.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def desk(self, *kinds):
        return self.env["trace.exception"].search([("kind", "in", kinds)], order="id")
