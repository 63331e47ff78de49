from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields

from .common import TraceCase


class LifeCase(TraceCase):
    """Milk that expires, rules about it, and words for taking it to customers."""

    zone = ZoneInfo("Europe/Paris")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.env["trace.expiry.rule"].search([]).active = False
        cls.env.company.partner_id.tz = cls.zone.key
        cls.warehouse.partner_id.tz = cls.zone.key
        cls.fefo = cls.env.ref("product_expiry.removal_fefo")
        cls.food = cls.env["product.category"].create(
            {"name": "Food", "removal_strategy_id": cls.fefo.id}
        )
        cls.milk.write({"categ_id": cls.food.id, "removal_time": 0, "expiration_time": 100})

    def rule(self, **values):
        """An expiry rule."""
        return self.env["trace.expiry.rule"].create({"name": "Rule", **values})

    def stop_below(self, days, **values):
        """Stop selling below so many days."""
        return self.rule(stop_unit="days", stop_at=days, **values)

    def wants(self, days, partner=None, unit="days", **values):
        """What a customer wants at delivery."""
        partner = partner or self.customer
        return self.rule(partner_id=partner.id, min_life_unit=unit, min_life_at=days, **values)

    def end_of_day(self, days):
        """The last second of a local day so many days from now, in UTC."""
        day = fields.Datetime.now().replace(tzinfo=UTC).astimezone(self.zone).date()
        moment = datetime.combine(day + timedelta(days=days), time(23, 59, 59), self.zone)
        return moment.astimezone(UTC).replace(tzinfo=None)

    def stock_of(self, **days):
        """Lots of milk, 10 each, by name and days left: ``stock_of(A=3, B=20)``."""
        return self.put_lots({name: (left, 10) for name, left in days.items()})

    def put_lots(self, lots, place=None, product=None):
        """Lots in stock: dict name -> (days left, quantity)."""
        product = product or self.milk
        records = self.env["stock.lot"].create(
            [
                {
                    "name": name,
                    "product_id": product.id,
                    "expiration_date": self.end_of_day(left),
                    "removal_date": self.end_of_day(left),
                }
                for name, (left, _quantity) in lots.items()
            ]
        )
        for lot, (_left, quantity) in zip(records, lots.values(), strict=True):
            self.env["stock.quant"]._update_available_quantity(
                product, place or self.stock, quantity, lot_id=lot
            )
        return records

    def wanted(self, quantity, partner=None, product=None, dest=None, **values):
        """A delivery that has reserved what it could."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": (dest or self.customers).id,
                "partner_id": (partner or self.customer).id,
            }
        )
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": (product or self.milk).id,
                "product_uom_qty": quantity,
                "location_id": self.stock.id,
                "location_dest_id": picking.location_dest_id.id,
                **values,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def taken(self, moves):
        """What is reserved: dict lot name -> quantity."""
        taken = {}
        for line in moves.move_line_ids:
            taken[line.lot_id.name] = taken.get(line.lot_id.name, 0) + line.quantity
        return taken

    def sell(self, quantity, partner=None, product=None):
        """A confirmed sales order; returns its transfers."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": (product or self.milk).id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        return order.picking_ids

    def finish(self, picking, **context):
        """Validate all that is reserved, dialogs confirmed."""
        context = {"trace_confirmed": True, "skip_expired": True, "skip_backorder": True, **context}
        return picking.with_context(**context).button_validate()
