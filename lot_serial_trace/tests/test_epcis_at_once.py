from functools import partial

from odoo.tests import tagged

from .epcis_case import document, told
from .test_at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestEpcisAtOnce(AtOnceCase):
    """The same events sent by several machines at the same moment are here once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.clean_events)

    @classmethod
    def clean_events(cls):
        with cls.connection.cursor() as cr:
            cr.execute("DELETE FROM trace_epcis_event WHERE event_ref LIKE 'urn:atonce:%'")
            cr.execute(
                "DELETE FROM trace_epcis_capture WHERE sender = '4012345000009' "
                "RETURNING attachment_id"
            )
            kept = [attachment for (attachment,) in cr.fetchall()]
            cr.execute("DELETE FROM ir_attachment WHERE id = ANY(%s)", [kept])

    def test_the_same_document(self):
        names = [f"A-{number}" for number in range(30)]
        events = [told(name, eventID=f"urn:atonce:{name}") for name in names]

        def send(env, found):
            env["trace.epcis.capture"]._capture(document(*found))

        orders = (events, events[::-1], events[15:] + events[:15])
        errors = self.at_once([partial(send, found=one) for one in orders])
        self.assertEqual(errors, [None] * 3)
        with self.connection.cursor() as cr:
            cr.execute("SELECT count(*) FROM trace_epcis_event WHERE event_ref LIKE 'urn:atonce:%'")
            self.assertEqual(cr.fetchone(), (30,))
            cr.execute(
                "SELECT sum(taken), sum(known), bool_and(state = 'done') FROM trace_epcis_capture "
                "WHERE sender = '4012345000009'"
            )
            self.assertEqual(cr.fetchone(), (30, 60, True))
