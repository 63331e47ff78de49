import base64
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .asn_case import AsnCase


@tagged("post_install", "-at_install")
class TestAsnApi(AsnCase, HttpCase):
    """A machine posts a notice with an API key and gets an answer that it can act on."""

    def post(self, group, **body):
        user = new_test_user(self.env, "machine", groups=group)
        keys = self.env["res.users.apikeys"].with_user(user)
        key = keys._generate("rpc", "asn", fields.Datetime.now() + timedelta(days=1))
        return self.url_open(
            "/json/2/trace.asn/import_document",
            json=body,
            headers={"Authorization": f"Bearer {key}"},
        )

    def test_post(self):
        content = base64.b64encode(self.document(self.devices("S1"))).decode()
        answer = self.post(
            "lot_serial_trace.group_trace_user", name="a.xml", content_base64=content
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        answer = answer.json()
        self.assertEqual((answer["number"], answer["state"]), ("LS-1", "expected"))
        self.assertEqual(self.env["trace.asn"].browse(answer["id"]).picking_ids, self.receipt)

    def test_refusals(self):
        answer = self.post("lot_serial_trace.group_trace_auditor", name="a", content_base64="PGE+")
        self.assertEqual(answer.status_code, 403)
