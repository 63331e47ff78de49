import gzip
import io
import zipfile

from odoo.exceptions import ConcurrencyError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .asn_case import DOCK_GLN, GLN, GTIN, OTHER_GLN, STRANGER_GLN, AsnCase


def zipped(**files):
    """Bytes of an archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


@tagged("post_install", "-at_install")
class TestAsnExchange(AsnCase):
    """Archives hold several files, several notices may be for one order and the other way round."""

    def numbered(self, number, *serials):
        return self.document(self.devices(*serials), number=number)

    # -- archives -------------------------------------------------------------

    def test_an_archive_of_notices(self):
        first, second = self.numbered("Z1", "S1"), self.numbered("Z2", "S2")
        archive = self.arrive(zipped(**{"day/a.xml": first, "b.xml": second}), "day.zip")
        self.assertEqual((archive.kind, archive.state, archive.asn_count), ("archive", "done", 2))
        files = archive.child_ids.sorted("id")
        self.assertEqual(files.mapped("name"), ["a.xml", "b.xml"])
        self.assertEqual(set(archive._notices().mapped("state")), {"expected"})
        self.assertEqual(files[0].attachment_id.raw, first)
        self.assertEqual(set(files.mapped("road")), {"upload"})
        again = self.arrive(first, "a.xml")
        self.assertEqual(again.duplicate_of_id, files[0])

    def test_one_bad_file_parks_the_archive_until_it_is_settled(self):
        archive = self.arrive(
            zipped(**{"a.xml": self.numbered("Z1", "S1"), "b.txt": b"hello"}), "d.zip"
        )
        self.assertEqual((archive.state, archive.asn_count), ("parked", 1))
        self.assertIn("1 of 2 files", archive.error)
        bad = archive.child_ids.filtered(lambda one: one.name == "b.txt")
        self.assertEqual(self.kinds(archive), [], "the file is on the desk, not the archive, too")
        self.assertEqual(self.kinds(bad), ["asn_unreadable"])
        archive.action_read_again()
        self.assertEqual((bad.state, bad.tries), ("parked", 2))
        archive._dismiss("a greeting")
        self.assertEqual((bad.state, archive.state, archive.error), ("dismissed", "done", False))

    def test_an_archive_in_an_archive_is_not_opened(self):
        archive = self.arrive(zipped(**{"in.zip": zipped(**{"a.xml": b"<a/>"})}), "out.zip")
        self.assertEqual(archive.state, "parked")
        self.assertIn("holds another archive", archive.child_ids.error)

    def test_gzip(self):
        archive = self.arrive(gzip.compress(self.numbered("G1", "S1")), "g.xml.gz")
        self.assertEqual((archive.state, archive.child_ids.name), ("done", "g.xml"))

    def test_a_bomb_is_parked(self):
        archive = self.arrive(zipped(**{"a.xml": b" " * 100_000_000}), "bomb.zip")
        self.assertEqual((archive.state, archive.child_ids.ids), ("parked", []))
        self.assertIn("unfolds", archive.error)

    def test_the_preview_shows_text_only(self):
        notice = self.arrive(self.numbered("P1", "S1"))
        self.assertIn("DespatchAdvice", notice.with_context(bin_size=True).preview, "as in a form")
        self.assertFalse(self.arrive(b"\x00\x01\x02").preview)
        utf16 = "<höh/>".encode("utf-16")
        self.assertEqual(self.arrive(utf16).preview, "<höh/>")

    # -- several messages in a file -------------------------------------------

    def interchange(self, *messages):
        """EDIFACT with a DESADV for each ``(number, function, serial)``."""
        text = "UNB+UNOC:3+4099999000005:14+4099999000012:14+261120:1200+1'"
        for number, function, serial in messages:
            text += (
                f"UNH+1+DESADV:D:01B:UN:EAN007'BGM+351+{number}+{function}'DTM+137:20261120:102'"
                f"RFF+ON:{self.order.name}'NAD+SU+{GLN}::9'NAD+DP+{DOCK_GLN}::9'CPS+1'"
                f"LIN+1++{GTIN}:SRV'QTY+12:1'GIN+BN+{serial}'UNT+11+1'"
            )
        return f"{text}UNZ+{len(messages)}+1'".encode()

    def test_several_messages_in_one_file(self):
        file = self.arrive(self.interchange(("E1", 9, "S1"), ("E2", 9, "S2")), "two.edi")
        self.assertEqual((file.state, file.asn_count), ("done", 2))
        notices = file.asn_ids.sorted("position")
        self.assertEqual(notices.mapped("position"), [1, 2])
        self.assertEqual(notices.mapped("name"), ["E1", "E2"])
        self.assertEqual(notices.unit_ids.mapped("serial"), ["S1", "S2"])
        self.assertEqual(notices.attachment_id, file.attachment_id, "the original is kept once")
        answer = file._for_machines()
        self.assertEqual([notice["number"] for notice in answer["notices"]], ["E1", "E2"])
        self.assertEqual((answer["id"], answer["number"]), (notices[0].id, "E1"))

    def test_a_file_that_is_partly_known(self):
        first = self.arrive(self.interchange(("E1", 9, "S1"), ("E2", 9, "S2")))
        later = self.arrive(self.interchange(("E2", 9, "S2"), ("E3", 9, "S3"), ("E1", 1, "S1")))
        self.assertEqual((later.state, later.asn_count), ("done", 3))
        self.assertEqual(later.known_asn_ids.name, "E2")
        states = {asn.name: asn.state for asn in first.asn_ids}
        self.assertEqual(states, {"E1": "cancelled", "E2": "expected"})
        self.assertEqual(later.asn_ids.sorted("position").mapped("position"), [2, 3])

    def test_a_correction_in_the_same_file(self):
        file = self.arrive(self.interchange(("E1", 9, "S1"), ("E1", 5, "S2")))
        self.assertEqual(file.asn_ids.sorted("id").mapped("state"), ["superseded", "expected"])

    # -- orders ---------------------------------------------------------------

    def test_many_notices_for_one_order(self):
        first, second = (
            self.notice(self.devices(f"S{n}"), number=f"M{n}", order=self.order.name)
            for n in (1, 2)
        )
        self.assertEqual((first | second).picking_ids, self.receipt)
        expected = self.receipt._trace_asn_expected()[self.receipt]
        self.assertEqual(sorted(item.number for item in expected), ["S1", "S2"])
        self.assertEqual((first | second).mapped("state"), ["expected"] * 2)

    def test_returns_to_the_supplier_wait_for_no_notice(self):
        receipt = self.receive((self.device, "R1", 1))
        back = receipt.copy(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.suppliers.id,
                "return_id": self.receipt.id,
            }
        )
        move = self.receipt.move_ids[0]
        back.move_ids.purchase_line_id = move.purchase_line_id
        back.action_confirm()
        self.assertIn(back, self.order.picking_ids)
        self.assertEqual(self.notice(self.devices("S1")).picking_ids, self.receipt)

    # -- ship-to --------------------------------------------------------------

    def test_ship_to_here(self):
        self.assertEqual(self.kinds(self.notice(self.devices("S1"), dock=DOCK_GLN)), [])
        unknown = self.notice(self.devices("S2"), number="U", dock=STRANGER_GLN)
        self.assertEqual(self.kinds(unknown), [], "a GLN that nobody has says nothing")

    def test_ship_to_another_warehouse(self):
        annex = self.env["stock.warehouse"].create({"name": "Annex", "code": "ANX"})
        annex.lot_stock_id.trace_gln = OTHER_GLN
        asn = self.notice(self.devices("S1"), dock=OTHER_GLN)
        self.assertEqual((asn.state, self.kinds(asn)), ("expected", ["asn_wrong_ship_to"]))
        self.assertIn("is for Annex", asn.exception_ids.name)
        user = new_test_user(self.env, "x_user", groups="lot_serial_trace.group_trace_user")
        asn.with_user(user).warehouse_id = self.warehouse
        asn.with_user(user).action_match()
        self.assertEqual(self.kinds(asn), [], "a person said that it is right")

    def test_ship_to_another_company(self):
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        other.partner_id.global_location_number = OTHER_GLN
        asn = self.notice(self.devices("S1"), dock=OTHER_GLN)
        self.assertIn("Sister Ltd", asn.exception_ids.name)
        self.assertEqual(self.kinds(asn), ["asn_wrong_ship_to"])

    def test_ship_to_our_own_address(self):
        self.env.company.partner_id.global_location_number = OTHER_GLN
        self.assertEqual(self.kinds(self.notice(self.devices("S1"), dock=OTHER_GLN)), [])

    # -- rights and races -----------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_the_same_bytes_at_the_same_time(self):
        """The second did not see the first; it starts again, and then it does."""
        data = self.numbered("T1", "S1")
        first = self.arrive(data)
        files = self.env["trace.asn.exchange"]
        values = {"name": "n.xml", "sha256": first.sha256, "file_size": len(data)}
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            files._keep(data, values)
        self.assertEqual(self.arrive(data).duplicate_of_id, first)

    def test_other_companies_see_nothing(self):
        self.arrive(self.numbered("C1", "S1"))
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "x_stranger",
            groups="lot_serial_trace.group_trace_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("trace.asn.exchange", "trace.asn.alias"):
            self.assertFalse(self.env[model].with_user(stranger).search_count([]))
