from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .asn_case import STRANGER_GLN, AsnCase

CANCEL = "<cbc:DocumentStatusCode>Cancelled</cbc:DocumentStatusCode>"


@tagged("post_install", "-at_install")
class TestAsnVersions(AsnCase):
    """A supplier says the same again, corrects what was said, or takes it back.

    As long as nothing was received it happens by itself; afterwards a person looks first.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "version", groups="lot_serial_trace.group_trace_user")

    def receive_devices(self, *serials):
        """Receive some devices and leave the rest to a back order."""
        move = self.receipt.move_ids.filtered(lambda move: move.product_id == self.device)
        self.receipt.move_line_ids.unlink()
        for serial in serials:
            self.env["stock.move.line"].create(
                {
                    **move._prepare_move_line_vals(quantity=0),
                    "lot_name": serial,
                    "quantity": 1,
                    "picked": True,
                }
            )
        self.receipt.with_context(skip_backorder=True, trace_confirmed=True).button_validate()
        self.assertEqual(self.receipt.state, "done")
        return self.receipt.backorder_ids

    # -- the same again -------------------------------------------------------

    def test_same_bytes(self):
        data = self.document(self.devices("S1"))
        first, again = self.arrive(data), self.arrive(data, "copy.xml")
        self.assertEqual((first.state, again.state), ("done", "again"))
        self.assertEqual(again.known_asn_ids, first.asn_ids)
        self.assertIn("copy.xml", first.asn_ids.message_ids[0].body)

    def test_same_content_in_other_bytes(self):
        data = self.document(self.devices("S1"), self.lots(("L1", "2028-05-31"), quantity=30))
        first = self.arrive(data)
        again = self.arrive(data.replace(b"><", b">\n  <"))
        self.assertNotEqual(first.sha256, again.sha256)
        self.assertEqual((again.state, again.asn_ids.ids), ("again", []))
        self.assertEqual(again.known_asn_ids, first.asn_ids)
        self.assertFalse(again.duplicate_of_id, "other bytes: its original is kept")
        self.assertTrue(again.attachment_id)
        self.assertEqual(first.asn_ids.state, "expected")

    def test_a_copy_is_the_same(self):
        first = self.notice(self.devices("S1"))
        copy = self.document(self.devices("S1"), head="<cbc:CopyIndicator>true</cbc:CopyIndicator>")
        again = self.arrive(copy)
        self.assertEqual((again.state, again.known_asn_ids), ("again", first))

    def test_what_was_rejected_does_not_come_back_by_itself(self):
        first = self.notice(self.devices("S1"))
        first._reject("not ours")
        again = self.arrive(self.document(self.devices("S1")) + b"\n")
        self.assertEqual((again.state, first.state), ("again", "rejected"))

    def test_another_suppliers_number_is_another_notice(self):
        first = self.notice(self.devices("S1"))
        other = self.notice(self.devices("S1"), gln=STRANGER_GLN, supplier="Stranger")
        self.assertNotEqual(first, other)
        self.assertEqual(first.state, "expected")
        self.assertFalse(other.replaces_id)

    # -- corrections ----------------------------------------------------------

    def test_a_correction_supersedes(self):
        first = self.notice(self.devices("S1", "S2"), order="UNKNOWN")
        first.with_user(self.user).picking_ids = self.receipt
        first.action_match()
        second = self.notice(self.devices("S1", "S3"), order="UNKNOWN")
        self.assertEqual((first.state, second.state), ("superseded", "expected"))
        self.assertEqual((second.replaces_id, first.replaced_by_ids), (first, second))
        self.assertEqual(second.picking_ids, self.receipt, "what a person chose goes on")
        self.assertEqual(self.kinds(first), [])
        expected = self.receipt._trace_asn_expected()[self.receipt]
        self.assertEqual(sorted(item.number for item in expected), ["S1", "S3"])
        self.assertIn("Corrected by the supplier", first.message_ids[0].body)
        self.assertIn("Takes the place of", second.message_ids[0].body)
        third = self.notice(self.devices("S1", "S4"), order="UNKNOWN")
        self.assertEqual((second.state, third.replaces_id), ("superseded", second))

    def test_the_wrong_version_again_does_not_win(self):
        wrong = self.document(self.devices("S1", "S2"))
        first = self.arrive(wrong).asn_ids
        second = self.notice(self.devices("S1", "S3"))
        again = self.arrive(wrong + b"\n")
        self.assertEqual((again.state, again.known_asn_ids), ("again", first))
        self.assertEqual((first.state, second.state), ("superseded", "expected"))

    def test_a_correction_of_a_supplier_that_a_person_found(self):
        first = self.notice(self.devices("S1"), gln=STRANGER_GLN, order="X")
        first.with_user(self.user).partner_id = self.supplier
        second = self.notice(self.devices("S2"), gln=STRANGER_GLN, order="X")
        self.assertEqual((first.state, second.partner_id), ("superseded", self.supplier))

    def test_matching_the_earlier_one_again_turns_nothing_round(self):
        first = self.notice(self.devices("S1"), order="UNKNOWN")
        second = self.notice(self.devices("S2"), order="UNKNOWN")
        first.action_match()
        second.action_match()
        self.assertEqual((first.state, second.state), ("superseded", "parsed"))

    def test_numbers_that_begin_anew_are_other_shipments(self):
        data = self.document(self.devices("S1")).replace(b"2026-11-20", b"2025-11-20")
        first = self.arrive(data).asn_ids
        second = self.notice(self.devices("S2"))
        self.assertEqual((first.state, second.state), ("expected", "expected"))
        self.assertFalse(second.replaces_id)

    def test_a_correction_while_goods_come_in_waits_for_a_person(self):
        first = self.notice(self.devices("S1", "S2", "S3"))
        backorder = self.receive_devices("S1")
        self.assertEqual(first.state, "receiving")
        second = self.notice(self.devices("S1", "S2", "S4"))
        self.assertEqual((first.state, second.state), ("receiving", "parsed"))
        self.assertEqual(self.kinds(second), ["asn_corrected_late"])
        self.assertIn("1 of its numbers are in", second.exception_ids.name)
        self.assertTrue(second.is_late_correction)
        expected = backorder._trace_asn_expected()[backorder]
        self.assertEqual(sorted(item.number for item in expected), ["S1", "S2", "S3"])

        second.with_user(self.user).action_use_correction()
        self.assertEqual((first.state, second.state), ("superseded", "receiving"))
        self.assertEqual(self.kinds(second), [])
        outcomes = {unit.name: unit.outcome for unit in second.unit_ids}
        self.assertEqual(outcomes, {"S1": "received", "S2": False, "S4": False})
        self.assertIn("1 of its numbers were in already", first.message_ids[0].body)
        self.assertEqual(second.picking_ids, self.receipt | backorder)
        expected = backorder._trace_asn_expected()[backorder]
        self.assertEqual(sorted(item.number for item in expected), ["S1", "S2", "S4"])
        with self.assertRaisesRegex(UserError, "no earlier version"):
            second.action_use_correction()

    def test_a_late_correction_may_be_rejected(self):
        first = self.notice(self.devices("S1", "S2"))
        self.receive_devices("S1")
        second = self.notice(self.devices("S9"))
        second.with_user(self.user)._reject("the supplier mixed up trucks")
        self.assertEqual((first.state, second.state), ("receiving", "rejected"))
        self.assertEqual(self.kinds(second), [])

    def test_a_correction_after_all_was_received(self):
        """What was missing by the wrong notice is settled, what is by the right one is said."""
        first = self.notice(self.devices("S1", "S2"))
        self.receive_devices("S1", "S3").action_cancel()
        self.env["trace.asn.receiving"].sudo()._settle(self.receipt)
        self.assertEqual(self.kinds(first), ["asn_missing", "asn_unexpected"])
        second = self.notice(self.devices("S1", "S3", "S4"))
        second.action_use_correction()
        self.assertEqual((first.state, second.state), ("superseded", "reconciled"))
        self.assertEqual(self.kinds(first), [])
        self.assertEqual(self.kinds(second), ["asn_missing"])
        self.assertEqual(second.exception_ids.filtered("lot_name").lot_name, "S4")

    # -- cancellations --------------------------------------------------------

    def test_a_cancellation(self):
        first = self.notice(self.devices("S1"))
        cancel = self.notice(self.devices("S1"), head=CANCEL)
        self.assertEqual((first.state, cancel.state), ("cancelled", "closed"))
        self.assertEqual((cancel.replaces_id, self.kinds(cancel)), (first, []))
        self.assertFalse(self.receipt._trace_asn_expected()[self.receipt])
        self.assertIn("Cancelled by the supplier", first.message_ids[0].body)

    def test_a_cancellation_of_nothing_waits(self):
        cancel = self.notice(self.devices("S1"), head=CANCEL)
        self.assertEqual((cancel.state, self.kinds(cancel)), ("parsed", ["asn_cancelled"]))
        late = self.notice(self.devices("S1"))
        self.assertEqual(late.state, "expected")
        cancel.action_match()
        self.assertEqual((cancel.state, late.state), ("closed", "cancelled"))
        self.assertEqual(self.kinds(cancel), [])

    def test_a_cancellation_while_goods_come_in_waits_for_a_person(self):
        first = self.notice(self.devices("S1", "S2"))
        self.receive_devices("S1")
        cancel = self.notice(self.devices("S1", "S2"), head=CANCEL)
        self.assertEqual((first.state, cancel.state), ("receiving", "parsed"))
        self.assertEqual(self.kinds(cancel), ["asn_cancelled_late"])
        self.assertFalse(cancel.is_late_correction)
        first._reject("sent back")
        cancel.action_match()
        self.assertEqual(self.kinds(cancel), ["asn_cancelled"])
