from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .moves_case import MovesCase

SSCC = "106141412345678908"


@tagged("post_install", "-at_install")
class TestWhereabouts(MovesCase):
    """ "Where is it?" names every place, and the sums close."""

    def where(self, product, name, env=None):
        """What machines are told about one number."""
        lot = self.lot(product, name)
        return (lot.with_env(env) if env else lot).where_is_it()[0]

    def states(self, answer):
        totals = {}
        for place in answer["places"]:
            totals[place["state"]] = totals.get(place["state"], 0) + place["quantity"]
        return totals

    def move(self, name, quantity, source, dest, product=None, **values):
        picking = self.picking(
            "int", [(product or self.milk, name, quantity)], source=source, dest=dest
        )
        if values:
            picking.move_line_ids.write(values)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        return picking

    def test_lot_that_is_everywhere(self):
        """One lot on a shelf, on a pallet, in quarantine, on the way, sold, returned, lost."""
        self.receive((self.milk, "M1", 100))
        quarantine, road = self.env["stock.location"].create(
            [
                {"name": "Quarantine", "location_id": self.stock.id, "trace_quarantine": True},
                {"name": "Road", "usage": "transit", "company_id": self.env.company.id},
            ]
        )
        pallet, box = self.env["stock.package"].create([{"name": SSCC}, {"name": "BOX"}])
        box.package_dest_id = pallet
        self.move("M1", 20, self.stock, self.shelf, result_package_id=box.id)
        self.move("M1", 5, self.stock, quarantine)
        self.move("M1", 6, self.stock, road)
        delivery = self.picking("out", [(self.milk, "M1", 30)])
        self.validate(delivery)
        self.validate(
            self.picking(
                "in",
                [(self.milk, "M1", 3)],
                source=self.customers,
                dest=self.stock,
                partner=self.customer,
            )
        )
        self.validate(
            self.picking("out", [(self.milk, "M1", 4)], dest=self.suppliers, partner=self.supplier)
        )
        self.env["stock.scrap"].create(
            {
                "product_id": self.milk.id,
                "lot_id": self.lot(self.milk, "M1").id,
                "location_id": self.stock.id,
                "scrap_qty": 2,
            }
        ).action_validate()
        quant = self.env["stock.quant"]._gather(
            self.milk, self.stock, self.lot(self.milk, "M1"), strict=True
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 35
        quant.action_apply_inventory()
        answer = self.where(self.milk, "M1")
        self.assertEqual(
            self.states(answer),
            {
                "on_hand": 35 + 20,
                "quarantine": 5,
                "in_transit": 6,
                "customer": 27,
                "supplier": 4,
                "scrapped": 2,
                "lost": 1,
            },
        )
        self.assertEqual((answer["came"], answer["difference"]), ({"received": 100}, 0))
        packed = next(place for place in answer["places"] if place["package"])
        self.assertEqual([one["name"] for one in packed["packages"]], [SSCC, "BOX"])
        self.assertEqual(packed["place_id"], self.shelf.id)
        sold = next(place for place in answer["places"] if place["state"] == "customer")
        self.assertEqual(
            (sold["partner"], sold["document"], sold["document_id"], sold["documents"]),
            ("Customer", delivery.name, delivery.id, 1),
        )
        self.assertTrue(sold["since"])

    def test_since_is_the_arrival_there(self):
        """Odoo's incoming date travels with the goods; here counts when they came to the shelf."""
        self.receive((self.device, "S1", 1))
        self.env["stock.quant"].search(
            [("lot_id", "=", self.lot(self.device, "S1").id), ("location_id", "=", self.stock.id)]
        ).in_date = fields.Datetime.now() - timedelta(days=90)
        self.move("S1", 1, self.stock, self.shelf, product=self.device)
        [place] = self.where(self.device, "S1")["places"]
        since = fields.Datetime.to_datetime(place["since"])
        self.assertLess(fields.Datetime.now() - since, timedelta(days=1))

    def test_reserved_owner_and_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        picking = self.picking("in", [(self.milk, "M1", 1)])
        picking.move_line_ids.write(
            {"product_uom_id": dozen.id, "quantity": 1, "owner_id": self.supplier.id}
        )
        self.validate(picking)
        out = self.picking("out", [(self.milk, "M1", 5)])
        out.move_line_ids.owner_id = self.supplier
        [place] = self.where(self.milk, "M1")["places"]
        self.assertEqual(
            (place["quantity"], place["reserved"], place["owner"]), (12, 5, "Supplier")
        )

    def test_held_lot_and_lot_held_in_a_place(self):
        self.receive((self.milk, "M1", 10), (self.milk, "M2", 10))
        self.move("M1", 4, self.stock, self.shelf)
        holds = self.env["trace.hold"]
        holds._place(self.lot(self.milk, "M2"), "leaking", goods="stay")
        holds._place(self.lot(self.milk, "M1"), "wet", location=self.shelf, goods="stay")
        self.assertEqual(self.states(self.where(self.milk, "M2")), {"held": 10})
        self.assertEqual(self.states(self.where(self.milk, "M1")), {"held": 4, "on_hand": 6})

    def test_hundreds_of_customers(self):
        self.receive((self.milk, "M1", 300))
        customers = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(100)])
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": self.milk.id,
                    "product_uom_qty": 2,
                    "partner_id": customer.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                    "picked": True,
                    "move_line_ids": [
                        Command.create(
                            {
                                "product_id": self.milk.id,
                                "lot_id": self.lot(self.milk, "M1").id,
                                "quantity": 2,
                                "location_id": self.stock.id,
                                "location_dest_id": self.customers.id,
                                "picked": True,
                            }
                        )
                    ],
                }
                for customer in customers
            ]
        )
        moves._action_done()
        answer = self.where(self.milk, "M1")
        sold = [place for place in answer["places"] if place["state"] == "customer"]
        self.assertEqual(len(sold), 100)
        self.assertEqual(self.states(answer), {"on_hand": 100, "customer": 200})
        self.assertEqual(answer["difference"], 0)

    def test_constant_number_of_queries(self):
        units = [(self.device, f"Q{number}", 1) for number in range(60)]
        self.receive(*units)
        self.validate(self.picking("out", units[:30]))
        lots = self.env["stock.lot"].search([("product_id", "=", self.device.id)])

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["trace.whereabouts"]._answer(some)
            return self.cr.sql_log_count - before

        queries(lots[:1])
        few, many = queries(lots[:1]), queries(lots)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 6)

    def test_correction_is_what_counts(self):
        picking = self.receive((self.milk, "M1", 10))
        self.lot(self.milk, "M1")
        delivery = self.picking("out", [(self.milk, "M1", 4)])
        self.validate(delivery)
        delivery.move_line_ids.quantity = 1
        picking.move_line_ids.quantity = 8
        answer = self.where(self.milk, "M1")
        self.assertEqual(self.states(answer), {"on_hand": 7, "customer": 1})
        self.assertEqual((answer["came"], answer["difference"]), ({"received": 8}, 0))

    def test_difference_is_shown(self):
        self.receive((self.milk, "M1", 10))
        self.env["stock.quant"].search(
            [("lot_id", "=", self.lot(self.milk, "M1").id), ("location_id", "=", self.stock.id)]
        ).quantity = 7
        self.assertEqual(self.where(self.milk, "M1")["difference"], 3)
        asked = self.env["trace.whereabouts"]._ask(self.lot(self.milk, "M1"))
        self.assertTrue(asked.has_difference)
        self.assertEqual(asked.line_ids[-1].state, "difference")
        self.assertIn("Not accounted for: 3", asked.summary)

    def test_screen(self):
        self.receive((self.milk, "M1", 10), (self.device, "S1", 1))
        self.validate(self.picking("out", [(self.milk, "M1", 4)]))
        action = self.lot(self.milk, "M1").action_where_is_it()
        asked = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(asked.line_ids.mapped("state"), ["on_hand", "customer"])
        unit = self.milk.uom_id.name
        self.assertEqual(asked.summary, f"Received 10 = On hand 6 + With a customer 4 ({unit})")
        self.assertEqual(asked.line_ids[-1].action_open_document()["res_model"], "stock.picking")
        self.assertEqual(self.env[asked._name].new().display_name, "Where is it?")
        listed = asked.action_list()
        self.assertEqual(
            self.env["trace.whereabouts.line"].search(listed["domain"]), asked.line_ids
        )
        quants = self.lot(self.device, "S1").quant_ids
        self.assertIn("S1", self._asked(quants.action_trace_where_is_it()).name)
        self.assertEqual(
            self._asked(asked.action_again()).line_ids.mapped("quantity"),
            asked.line_ids.mapped("quantity"),
        )
        found = self.env["trace.whereabouts"].create({"lot_ids": self.lot(self.milk, "M1").ids})
        self.assertEqual(len(self._asked(found.action_find()).line_ids), 2)
        with self.assertRaisesRegex(UserError, "Choose at least one"):
            self.env["trace.whereabouts"].create({}).action_find()

    def _asked(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_who_may_ask(self):
        self.receive((self.milk, "M1", 10))
        lot = self.lot(self.milk, "M1")
        auditor = new_test_user(self.env, "w_auditor", "lot_serial_trace.group_trace_auditor")
        worker = new_test_user(self.env, "w_worker", "lot_serial_trace.group_trace_user")
        cashier = new_test_user(self.env, "w_cashier", "point_of_sale.group_pos_user")
        for user in (auditor, worker):
            action = lot.with_user(user).action_where_is_it()
            asked = self.env["trace.whereabouts"].with_user(user).browse(action["res_id"])
            self.assertEqual(asked.line_ids.mapped("place"), [self.stock.complete_name])
            with self.assertRaises(UserError):
                asked.write({"summary": "all is well"})
        with self.assertRaises(AccessError):
            lot.with_user(cashier).where_is_it()
        with self.assertRaises(AccessError):
            asked.with_user(auditor).read(["summary"])

    def test_look_up_screen_names_customers(self):
        self.receive((self.milk, "M1", 10))
        self.validate(self.picking("out", [(self.milk, "M1", 4)]))
        answer = self.env["trace.scan"].trace_look_up("M1")
        self.assertEqual(answer["places"][0]["quantity"], 6)
        [elsewhere] = answer["elsewhere"]
        self.assertEqual((elsewhere["who"], elsewhere["quantity"]), ("Customer", 4))


@tagged("post_install", "-at_install")
class TestWhereaboutsCompanies(MovesCase):
    """Each company sees its own part, also of what is between them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.between = cls.env.ref("stock.stock_location_inter_company")
        cls.there = cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)], limit=1)
        group = "lot_serial_trace.group_trace_user"
        cls.here_user = new_test_user(cls.env, "wc_here", groups=group)
        cls.there_user = new_test_user(
            cls.env,
            "wc_there",
            groups=group,
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )
        cls.both_user = new_test_user(
            cls.env, "wc_both", groups=group, company_ids=[(6, 0, (cls.home | cls.other).ids)]
        )

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "M1", 10))
        self.validate(
            self.picking(
                "out", [(self.milk, "M1", 5)], dest=self.between, partner=self.other.partner_id
            )
        )
        env = self.env(
            context={**self.env.context, "allowed_company_ids": (self.other | self.home).ids}
        )
        receipt = env["stock.picking"].create(
            {
                "picking_type_id": self.there.in_type_id.id,
                "partner_id": self.home.partner_id.id,
                "location_id": self.between.id,
                "location_dest_id": self.there.lot_stock_id.id,
                "company_id": self.other.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": 2,
                            "company_id": self.other.id,
                            "location_id": self.between.id,
                            "location_dest_id": self.there.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.move_line_ids.unlink()
        env["stock.move.line"].create(
            {
                "move_id": receipt.move_ids.id,
                "picking_id": receipt.id,
                "company_id": self.other.id,
                "product_id": self.milk.id,
                "lot_id": self.lot(self.milk, "M1").id,
                "quantity": 2,
                "picked": True,
                "location_id": self.between.id,
                "location_dest_id": self.there.lot_stock_id.id,
            }
        )
        receipt._action_done()

    def states(self, user, companies):
        lot = self.lot(self.milk, "M1").with_user(user)
        lot = lot.with_context(allowed_company_ids=companies.ids)
        [answer] = lot.where_is_it()
        return (
            {place["state"]: place["quantity"] for place in answer["places"]},
            answer["came"],
            answer["difference"],
        )

    def test_seller(self):
        self.assertEqual(
            self.states(self.here_user, self.home),
            ({"on_hand": 5, "in_transit": 3, "handed_over": 2}, {"received": 10}, 0),
        )

    def test_buyer(self):
        self.assertEqual(
            self.states(self.there_user, self.other), ({"on_hand": 2}, {"other_company": 2}, 0)
        )

    def test_both(self):
        places, came, difference = self.states(self.both_user, self.home | self.other)
        self.assertEqual((places["in_transit"], came, difference), (3, {"received": 10}, 0))
        self.assertNotIn("handed_over", places)
