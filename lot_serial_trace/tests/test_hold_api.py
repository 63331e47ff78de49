from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_hold_quarantine import QuarantineCase


@tagged("post_install", "-at_install")
class TestHoldApi(QuarantineCase, HttpCase):
    """Machines place and release holds by JSON-2; what they send wrong is told, not dropped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = new_test_user(
            cls.env, "hold_machine", groups="lot_serial_trace.group_trace_quality"
        )
        cls.api = cls.env["trace.hold"].with_user(cls.quality)
        cls.milk.default_code = "MILK-1"
        cls.device.barcode = "4006381333931"

    def furnish(self):
        super().furnish()
        self.receive((self.milk, "L1", 5), (self.milk, "L2", 5), (self.device, "S1", 1))

    def post(self, method, user=None, **values):
        keys = self.env["res.users.apikeys"].with_user(user or self.quality)
        key = keys._generate("rpc", "holds", fields.Datetime.now() + timedelta(days=1))
        return self.url_open(
            f"/json/2/trace.hold/{method}",
            json=values,
            headers={"Authorization": f"Bearer {key}"},
        )

    def test_over_http(self):
        picking = self.wanted(self.milk, 10)
        answer = self.post(
            "place_on_hold",
            numbers=[
                {"product": "MILK-1", "lot": "L1"},
                {"gtin": "04006381333931", "lot": "S1"},
                {"product": "MILK-1", "lot": "NOPE"},
            ],
            reason="leaking",
            source="quality",
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        told = answer.json()
        self.assertEqual(
            [(one["index"], one["lot"]) for one in told["placed"]],
            [(0, "L1"), (1, "S1")],
            told["unknown"],
        )
        self.assertEqual(
            [(one["index"], one["code"]) for one in told["unknown"]], [(2, "unknown_number")]
        )
        self.assertEqual(told["short"], [picking.name])
        transfer = self.env["stock.picking"].browse(told["transfers"])
        self.assertEqual(set(transfer.move_line_ids.lot_id.mapped("name")), {"L1", "S1"})
        hold = self.env["trace.hold"].browse(told["placed"][0]["hold_id"])
        self.assertEqual((hold.placed_by_id, hold.source), (self.quality, "quality"))
        ids = [one["hold_id"] for one in told["placed"]]
        told = self.post("release_holds", hold_ids=[*ids, 0], reason="tested good").json()
        self.assertEqual((sorted(told["released"]), told["not_active"]), (sorted(ids), [0]))
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "free")
        told = self.post("release_holds", hold_ids=ids, reason="tested good").json()
        self.assertEqual((told["released"], told["not_active"]), ([], sorted(ids)))

    def test_rights(self):
        clerk = new_test_user(self.env, "hold_clerk", groups="lot_serial_trace.group_trace_user")
        for method, values in (
            ("place_on_hold", {"numbers": [{"product": "MILK-1", "lot": "L1"}]}),
            ("release_holds", {"hold_ids": [1]}),
        ):
            with self.subTest(method):
                answer = self.post(method, user=clerk, reason="because", **values)
                self.assertEqual(answer.status_code, 403)
                self.assertIn("Only Quality", answer.text)
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(AccessError, "none of yours"):
            self.api.place_on_hold([], "because", company_id=other.id)

    def test_what_is_wrong_is_told(self):
        twin = self._product("Twin", "lot", default_code="MILK-1")
        told = self.api.place_on_hold(
            [
                {"product_id": self.milk.id, "lot": "L1"},
                {"product_id": self.milk.id, "lot": "L1", "location": "Nowhere"},
                {"product": "MILK-1", "lot": "L1"},
                {"product": "NO-SUCH", "lot": "L1"},
                {"gtin": "123", "lot": "L1"},
                {"lot": "L1"},
                {"product": "MILK-1"},
                "L1",
                {"product_id": "1", "lot": "L1"},
                {"product_id": twin.id, "lot": "L1"},
            ],
            "leaking",
        )
        self.assertEqual([one["index"] for one in told["placed"]], [0])
        self.assertEqual(
            [one["code"] for one in told["unknown"]],
            [
                "unknown_place",
                "ambiguous_product",
                "unknown_product",
                "unknown_product",
                "bad_entry",
                "bad_entry",
                "bad_entry",
                "bad_entry",
                "unknown_number",
            ],
        )
        self.assertTrue(all(one["message"] for one in told["unknown"]))

    def test_refused_as_a_whole(self):
        one = {"product_id": self.milk.id, "lot": "L1"}
        for numbers, reason, values, message in (
            ([one], " ", {}, "Say why"),
            ([one] * 10_001, "leaking", {}, "too many"),
            ([one], "leaking", {"source": "rumour"}, "none of: quality"),
            ([one], "leaking", {"goods": "burn"}, "none of: move, stay"),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValidationError, message):
                self.api.place_on_hold(numbers, reason, **values)
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "free")

    def test_asking_again_places_nothing_more(self):
        one = {"product_id": self.milk.id, "lot": "L1"}
        first = self.api.place_on_hold([one, one], "leaking")["placed"]
        self.assertEqual(first[0]["hold_id"], first[1]["hold_id"])
        again = self.api.place_on_hold([one], "leaking")["placed"][0]
        self.assertEqual((again["hold_id"], again["existing"]), (first[0]["hold_id"], True))
        other = self.api.place_on_hold([one], "recalled", "recall")["placed"][0]
        self.assertFalse(other["existing"])

    def test_in_places(self):
        self.receive((self.milk, "L1", 3), dest=self.shelf)
        told = self.api.place_on_hold(
            [
                {"product_id": self.milk.id, "lot": "L1", "location": self.shelf.complete_name},
                {"product_id": self.milk.id, "lot": "L2", "location": self.stock.id},
            ],
            "leaking",
        )
        holds = self.env["trace.hold"].browse(one["hold_id"] for one in told["placed"])
        self.assertEqual(holds.location_id, self.shelf | self.stock)
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "partial")
        told = self.api.release_holds(
            "good",
            numbers=[
                {"product_id": self.milk.id, "lot": "L1", "location": self.stock.id},
                {"product_id": self.milk.id, "lot": "L2"},
            ],
        )
        self.assertEqual(told["released"], holds[1].ids)
        self.assertEqual([one["code"] for one in told["unknown"]], ["not_on_hold"])

    def test_a_number_does_not_release_what_a_recall_holds(self):
        one = {"product_id": self.milk.id, "lot": "L1"}
        own = self.api.place_on_hold([one], "leaking")["placed"][0]["hold_id"]
        recalled = self.api.place_on_hold([one], "glass", "recall")["placed"][0]["hold_id"]
        told = self.api.release_holds("good", numbers=[one])
        self.assertEqual(told["released"], [own])
        self.assertEqual([each["code"] for each in told["unknown"]], ["recalled"])
        self.assertEqual(self.lot(self.milk, "L1").trace_status, "recalled")
        told = self.api.release_holds("the case is over", hold_ids=[recalled])
        self.assertEqual(told["released"], [recalled])

    def test_queries_are_constant(self):
        def queries(count):
            product = self._product(f"Device {count}", "serial")
            self.receive(*[(product, f"A{n}", 1) for n in range(count)])
            numbers = [{"product_id": product.id, "lot": f"A{n}"} for n in range(count)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.api.place_on_hold(numbers, "leaking", goods="stay")
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(2)
        self.assertEqual(queries(100), queries(900))
