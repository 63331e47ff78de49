from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase

from ..controllers import product_page as page
from ..core.rate import Rate
from .common import TraceCase

#: GTINs of the device and of the milk.
DEVICE, MILK = "09501101599017", "09501101599024"


class PageCase(TraceCase, HttpCase):
    """A company with public pages: a device that was sold, one that was not, and milk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).trace_page = False
        cls.company = cls.env.company
        cls.company.write(
            {
                "trace_page": True,
                "trace_page_goods": "all",
                "trace_page_host": False,
                "trace_page_owners": True,
                "trace_link_stem": False,
                "phone": "+49 30 1234",
                "email": "quality@example.com",
            }
        )
        cls.device.write({"trace_warranty_months": 24, "barcode": DEVICE})
        cls.milk.barcode = MILK
        cls("setUpClass").scene()
        cls.sold = cls("setUpClass").lot(cls.device, "SOLD")

    def scene(self):
        """SOLD and the lot L1 are with customers, STOCK is in stock, BACK came back."""
        numbers = ("SOLD", "STOCK", "A/B&C")
        self.receive(*[(self.device, number, 1) for number in numbers], (self.milk, "L1", 9))
        self.receive((self.milk, "L2", 9))
        self.validate(self.picking("out", [(self.device, "SOLD", 1), (self.milk, "L1", 4)]))
        self.validate(self.picking("out", [(self.device, "A/B&C", 1)]))

    def setUp(self):
        super().setUp()
        for name in ("VISITS", "MISSES", "ASKS"):
            self.patch(page, name, Rate(1000, 60))

    def opened(self, path, data=None, **headers):
        """Open a page; ``__`` in names of headers is a hyphen."""
        self.env.flush_all()
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        answer = self.url_open(path, data=data, headers=headers, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def unit(self, number, gtin=DEVICE, ai="21", **headers):
        """The page of a number."""
        return self.opened(f"/01/{gtin}/{ai}/{number}", **headers)

    def recall(self, *lots, **values):
        """A case about lots that runs and is published."""
        recall = self.env["trace.recall"].create(
            {
                "title": "Device: the battery burns",
                "reason": "The battery may catch fire.",
                "hazard": "Burns.",
                "instructions": "<p>Switch it <b>off</b>.</p>",
                "lot_ids": [(6, 0, [lot.id for lot in lots])],
                **values,
            }
        )
        recall._confirm()
        while recall.phase != "done":
            recall.sudo()._work_now()
        recall.action_publish()
        return recall

    def day(self, days):
        """A day from today on, as a moment."""
        return fields.Datetime.now() + timedelta(days=days)
