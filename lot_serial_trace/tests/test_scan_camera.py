import io
import os
import tempfile

from PIL import Image

from odoo.tests import tagged

from .screen_case import ScreenCase

# A GS1 Data Matrix, row by row: FNC1 0109501101530003 17271231 10B7 FNC1 21CAM-1. The lot ends
# where the separator says: without it the number would be "B721CAM-1".
MATRIX = (
    "2aaaaa 33d41d 22907c 2cc7df 3a9c20 216a51 26e17a 35555f 3a7a54 3306f1 2183aa 342353 25534e "
    "238821 2c9c52 285e0d 37a8c8 3372f3 238698 24dcdb 249916 3fffff"
)


def picture(size=(640, 480), module=12):
    """What a camera sees that looks at the label."""
    rows = [int(row, 16) for row in MATRIX.split()]
    side = len(rows)
    symbol = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x in range(side):
            if row >> (side - 1 - x) & 1:
                symbol.putpixel((x, y), 0)
    symbol = symbol.resize((side * module, side * module), Image.Resampling.NEAREST)
    scene = Image.new("L", size, 230)
    scene.paste(symbol, tuple((a - b) // 2 for a, b in zip(size, symbol.size, strict=True)))
    return scene.convert("RGB")


def video(frames=10):
    """A film of it as motion JPEG: pictures one after the other."""
    picture_file = io.BytesIO()
    picture().save(picture_file, "JPEG", quality=92)
    return picture_file.getvalue() * frames


@tagged("post_install", "-at_install")
class TestScanCamera(ScreenCase):
    """The camera reads a GS1 Data Matrix with its separators, once while it is in sight."""

    def test_receive_with_the_camera(self):
        self.device.barcode = "09501101530003"
        picking = self.transfer("in", 2)
        film = tempfile.NamedTemporaryFile(suffix=".mjpeg", delete=False)
        self.addCleanup(os.unlink, film.name)
        with film:
            film.write(video())
        switches = [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film.name}",
        ]
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}", switches) as screen:
            screen.click("[barcode_trigger=CAMERA]")
            screen.hear("good", "CAM-1")
            screen.see(".o_trace_scan_count", "1 / 2")
            # The label stays in sight for as long as the code would take to count again.
            screen.value("new Promise(done => setTimeout(done, 3000))")
            screen.see(".o_trace_scan_count", "1 / 2")
        scan = self.env["trace.scan"].search([("picking_id", "=", picking.id)])
        self.assertEqual((scan.method, scan.number, scan.batch), ("camera", "CAM-1", "B7"))
        self.assertEqual(str(scan.expires), "2027-12-31")

    def test_without_a_camera_it_says_so(self):
        picking = self.transfer("in", 1)
        with self.screen(f"/odoo/trace-scan-transfer/{picking.id}") as screen:
            screen.click("[barcode_trigger=CAMERA]")
            screen.see(".o_trace_scan_problem", "no camera")
