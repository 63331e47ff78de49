from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.trace_gate_passing import Blocked
from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestOverrideRoads(ScanCase):
    """Where a person is stopped, Quality finds a way on there: with a reason, never silently."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.packer = new_test_user(cls.env, "o_packer", groups="stock.group_stock_user")
        groups = "lot_serial_trace.group_trace_quality,stock.group_stock_manager"
        cls.quality = new_test_user(cls.env, "o_quality", groups=groups)

    def furnish(self):
        super().furnish()
        self.put(self.milk, "HELD", 10)
        self.held = self.lot(self.milk, "HELD")
        self.env["trace.hold"]._place(self.held, "leaking")

    def dialog(self, action, user=None):
        """The gate's dialog that a button has opened, with what the client sends along."""
        self.assertEqual(action["res_model"], "trace.gate.wizard")
        wizards = self.env["trace.gate.wizard"].with_user(user or self.quality)
        return wizards.with_context(**action["context"]).browse(action["res_id"])

    def let_pass(self, action, reason="tested again, it is tight"):
        wizard = self.dialog(action)
        wizard.reason = reason
        return wizard.action_continue()

    def permit(self, refusal):
        """Quality presses “Let pass…” in the message of a refusal."""
        context = refusal.exception.context
        self.assertTrue(context)
        passes = self.env["trace.pass"].with_user(self.quality).with_context(**context)
        return passes.create({"reason": "tested again, it is tight"})

    def told(self, documents):
        """Every override is in the ledger and on the desk, which has nothing open any more."""
        events = self.events(("kind", "=", "override"))
        self.assertEqual(sorted(set(events.mapped("document"))), sorted(documents))
        for event in events:
            self.assertIn("tested again", event.reason)
        found = self.env["trace.exception"].search([("kind", "=", "on_hold")])
        self.assertTrue(found)
        self.assertEqual(set(found.mapped("resolution")), {"passed"})
        self.assertEqual(found.resolved_by_id, self.quality)

    # -- transfers ------------------------------------------------------------

    def test_one_transfer(self):
        picking = self.picking("out", [(self.milk, "HELD", 2)]).with_user(self.quality)
        self.assertIs(self.let_pass(picking.button_validate()), True)
        self.assertEqual(picking.state, "done")
        self.told([picking.name])

    def test_several_transfers_at_once(self):
        pickings = self.picking("out", [(self.milk, "HELD", 2)])
        pickings |= self.picking("out", [(self.milk, "HELD", 1)])
        self.assertIs(self.let_pass(pickings.with_user(self.quality).button_validate()), True)
        self.assertEqual(pickings.mapped("state"), ["done", "done"])
        self.told(pickings.mapped("name"))

    def test_with_a_backorder(self):
        picking = self.picking("out", [(self.milk, "HELD", 2)]).with_user(self.quality)
        picking.move_ids.product_uom_qty = 5
        action = picking.button_validate()
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        context = {**action["context"], "button_validate_picking_ids": picking.ids}
        model = self.env[action["res_model"]].with_user(self.quality).with_context(**context)
        question = Form(model)
        self.assertIs(self.let_pass(question.save().process()), True)
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.backorder_ids.move_ids.product_uom_qty, 3)
        self.told([picking.name])

    def test_the_dialog_is_for_quality_only(self):
        picking = self.picking("out", [(self.milk, "HELD", 2)]).with_user(self.packer)
        wizard = self.dialog(picking.button_validate(), self.packer)
        self.assertFalse(wizard.may_override)
        wizard.reason = "I am in a hurry"
        with self.assertRaisesRegex(AccessError, "Only Quality can let blocked goods pass"):
            wizard.action_continue()
        self.assertNotEqual(picking.state, "done")
        self.assertFalse(self.events(("kind", "=", "override")))

    # -- roads without the dialog ---------------------------------------------

    def test_relocation_in_the_list_of_stock(self):
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.held.id), ("location_id", "=", self.stock.id)]
        )
        relocate = {"location_dest_id": self.shelf, "message": "moved"}
        with self.assertRaisesRegex(Blocked, "leaking") as refusal:
            quant.with_user(self.quality).move_quants(**relocate)
        self.permit(refusal)
        quant.with_user(self.quality).move_quants(**relocate)
        self.assertEqual(
            self.env["stock.quant"]._get_available_quantity(
                self.milk, self.shelf, lot_id=self.held, strict=True
            ),
            10,
        )
        self.assertEqual(len(self.events(("kind", "=", "override"))), 1)

    def test_production(self):
        if "mrp.production" not in self.env:
            self.skipTest("production is not installed")
        group = self.env.ref("mrp.group_mrp_user")
        self.quality.group_ids = [Command.link(group.id)]
        cheese = self.env["product.product"].create({"name": "Cheese", "is_storable": True})
        order = self.env["mrp.production"].create(
            {
                "product_id": cheese.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.milk.id,
                            "product_uom_qty": 2,
                            "location_id": self.stock.id,
                            "location_dest_id": self.milk.with_company(
                                self.env.company
                            ).property_stock_production.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.qty_producing = 1
        order.move_raw_ids.lot_ids = self.held
        order.move_raw_ids.picked = True
        order = order.with_user(self.quality)
        with self.assertRaisesRegex(Blocked, "leaking") as refusal:
            order.button_mark_done()
        self.permit(refusal)
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(len(self.events(("kind", "=", "override"))), 1)

    def test_scrap(self):
        """Held goods may be scrapped; other blocks stop a scrap, and are let pass alike."""
        self.policy("unknown_number", "block")
        ghost = self.env["stock.lot"].create({"name": "GHOST", "product_id": self.milk.id})
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.milk.id,
                "lot_id": ghost.id,
                "scrap_qty": 1,
                "location_id": self.stock.id,
            }
        )
        scrap = scrap.with_user(self.quality)
        with self.assertRaisesRegex(Blocked, "GHOST") as refusal:
            scrap.do_scrap()
        self.permit(refusal)
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")
        event = self.events(("kind", "=", "override"))
        self.assertEqual(event.lot_name, "GHOST")

    def test_inventory_adjustment(self):
        """Held goods may be counted; a serial number that is elsewhere is stopped, too."""
        self.policy("duplicate_serial", "block")
        self.receive((self.device, "D1", 1))
        twin = self.env["stock.quant"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.lot(self.device, "D1").id,
                "location_id": self.shelf.id,
                "inventory_quantity": 1,
            }
        )
        twin = twin.with_user(self.quality).with_context(inventory_mode=True)
        with self.assertRaisesRegex(Blocked, "D1 of Device is already in TRT/Stock") as refusal:
            twin.action_apply_inventory()
        self.assertEqual(twin.quantity, 0)
        self.permit(refusal)
        twin.action_apply_inventory()
        self.assertEqual(twin.quantity, 1)
        event = self.events(("kind", "=", "override"))
        self.assertEqual((event.lot_name, event.user_id), ("D1", self.quality.id))
        self.assertIn("tested again", event.reason)
        exception = self.env["trace.exception"].search([("kind", "=", "duplicate_serial")])
        self.assertEqual((exception.resolution, exception.resolved_by_id), ("passed", self.quality))
        counted = self.env["stock.quant"].search(
            [("lot_id", "=", self.held.id), ("location_id", "=", self.stock.id)]
        )
        counted.with_context(inventory_mode=True).inventory_quantity = 8
        counted.action_apply_inventory()
        self.assertEqual(counted.quantity, 8, "who counts says what is there")

    # -- repairs --------------------------------------------------------------

    def repair(self, *parts, user=None):
        """A confirmed repair of a device; ``parts`` are ``(product, quantity)`` to be put in."""
        if "repair.order" not in self.env:
            self.skipTest("repairs are not installed")
        self.receive((self.device, "BROKEN", 1))
        order = self.env["repair.order"].create(
            {
                "product_id": self.device.id,
                "lot_id": self.lot(self.device, "BROKEN").id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "location_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "repair_line_type": "add",
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for product, quantity in parts
                ],
            }
        )
        order.action_validate()
        order.action_assign()
        order.action_repair_start()
        return order.with_user(user or self.quality)

    def test_repair(self):
        """A part on hold is not built in, unless Quality lets it pass."""
        self.quality.group_ids = [Command.link(self.env.ref("stock.group_stock_user").id)]
        order = self.repair((self.milk, 2))
        move = order.move_ids.sudo()
        self.assertFalse(move.move_line_ids, "nothing on hold is reserved")
        self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "lot_id": self.held.id,
                "quantity": 2,
                "picked": True,
            }
        )
        with self.assertRaisesRegex(Blocked, "HELD of Milk is on hold: leaking") as refusal:
            order.action_repair_end()
        self.assertEqual(order.state, "under_repair")
        permit = self.permit(refusal)
        order.action_repair_end()
        self.assertEqual(order.state, "done")
        self.assertEqual(permit.status, "used")
        event = self.events(("kind", "=", "override"))
        self.assertEqual((event.lot_name, event.document), ("HELD", order.name))
        exception = self.env["trace.exception"].search([("kind", "=", "on_hold")])
        self.assertEqual(exception.resolution, "passed")

    def test_a_packer_is_offered_nothing_at_a_repair(self):
        order = self.repair((self.milk, 2), user=self.packer)
        move = order.move_ids.sudo()
        self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(quantity=0),
                "lot_id": self.held.id,
                "quantity": 2,
                "picked": True,
            }
        )
        with self.assertRaisesRegex(Blocked, "leaking") as refusal:
            order.action_repair_end()
        self.assertEqual(refusal.exception.context, {})

    def test_repair_orders_are_told(self):
        """The part was reserved for a repair: its order is told, and is on the desk while short."""
        self.put(self.milk, "PART", 5)
        order = self.repair((self.milk, 2)).sudo()
        self.assertEqual(order.move_ids.move_line_ids.lot_id.name, "PART")
        hold = self.env["trace.hold"]._place(self.lot(self.milk, "PART"), "cracked")
        self.assertFalse(order.move_ids.move_line_ids)
        self.assertEqual(
            {(one.kind, one.res_model, one.document) for one in hold.effect_ids},
            {("freed", "repair.order", order.name), ("short", "repair.order", order.name)},
        )
        self.assertIn("cracked", "".join(order.message_ids.mapped("body")))
        exception = self.env["trace.exception"].search([("kind", "=", "hold_short")])
        self.assertEqual(
            (exception.document_model, exception.document_id), ("repair.order", order.id)
        )
        self.assertEqual(exception.user_id, order.user_id)
        hold._release("only the box was cracked")
        self.assertEqual(order.move_ids.move_line_ids.lot_id.name, "PART")
        self.assertEqual(exception.state, "resolved")
        self.assertIn("Free again", "".join(order.message_ids.mapped("body")))

    # -- scanning -------------------------------------------------------------

    def test_at_the_scanner(self):
        picking = self.transfer("out", (self.milk, 2))
        mine = picking.with_user(self.packer)
        answer = self.scan(mine, "HELD", "stop")
        self.assertIn("leaking", answer["message"])
        self.assertNotIn("permit", answer)
        answer = self.scan(picking.with_user(self.quality), "HELD", "stop")
        passes = self.env["trace.pass"].with_user(self.quality)
        permit = passes.with_context(**answer["permit"]).create(
            {"reason": "tested again, it is tight"}
        )
        self.assertEqual((permit.lot_ids, permit.picking_id), (self.held, picking))
        for _time in range(2):
            answer = self.scan(mine, "HELD", "warn")
            self.assertIn("tested again", answer["message"])
        self.assertEqual(self.lines(picking), [("HELD", 2)])
        self.assertTrue(mine.trace_scan_finish()["done"])
        self.told([picking.name])

    def test_a_refusal_stays_a_user_error(self):
        """Whoever catches Odoo's error catches ours."""
        with self.assertRaises(UserError):
            self.picking("out", [(self.milk, "HELD", 2)])._action_done()
