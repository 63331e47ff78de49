import hashlib
import io

import openpyxl

from odoo.tests import HttpCase, tagged

from .regulator_case import RegulatorCase


@tagged("post_install", "-at_install")
class TestRegulatorTour(RegulatorCase, HttpCase):
    """Somebody of the FDA calls; twenty-four hours are not needed."""

    def test_from_the_call_to_the_file(self):
        self.receive((self.lettuce, "TOUR-1", 12))
        self.start_tour(
            "/odoo/action-lot_serial_trace.action_trace_regulator_request",
            "lot_serial_trace_regulator",
            login=self.user.login,
        )
        requests = self.env["trace.regulator.request"]
        request = requests.search([("authority_ref", "=", "TR-118")])
        file = request.file_ids
        self.assertEqual((request.state, file.row_count), ("answered", 1))
        self.authenticate(self.user.login, self.user.login)
        url = file.with_user(self.user).action_download()["url"]
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(hashlib.sha256(answer.content).hexdigest(), file.sha256)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Receiving"]
        self.assertEqual(sheet["B2"].value, "TOUR-1")
        self.assertEqual(sheet["G2"].value, "12 Units")
