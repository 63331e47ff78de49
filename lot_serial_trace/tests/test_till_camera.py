import os
import tempfile

from odoo.tests import tagged

from .test_scan_camera import video
from .till_screen_case import TillScreenCase

CAPTURED = """posmodel.getOrder()?.lines.flatMap((line) => line.pack_lot_ids.map(
    (pack) => [pack.lot_name, pack.trace_method].join(" "))).join()"""


@tagged("post_install", "-at_install")
class TestTillCamera(TillScreenCase):
    """A tablet without a scanner: the till's camera reads a label, once while it is in sight."""

    browser_size = "820x1180"

    def test_sell_with_the_camera(self):
        self.device.write({"available_in_pos": True, "list_price": 0, "taxes_id": False})
        self.receive((self.device, "CAM-1", 1))
        self.open_till(self.config)
        film = tempfile.NamedTemporaryFile(suffix=".mjpeg", delete=False)
        self.addCleanup(os.unlink, film.name)
        with film:
            film.write(video())
        switches = [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film.name}",
        ]
        with self.tills(self.config, switches=switches) as [till]:
            till.value("posmodel.scanning = true")
            till.until(f"{CAPTURED} === 'CAM-1 camera'", "the unit on the order", 60)
            # The label stays in sight for as long as the code would take to count again.
            till.value("new Promise((done) => setTimeout(done, 3000))")
            self.assertEqual(till.value(CAPTURED), "CAM-1 camera")
            till.value("posmodel.scanning = false")
