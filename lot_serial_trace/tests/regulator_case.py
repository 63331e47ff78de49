import csv
import io
import zipfile
from datetime import datetime

import openpyxl

from odoo.tests import new_test_user

from .common import TraceCase

LETTUCE = "09501101530102"


class RegulatorCase(TraceCase):
    """A house in California, a packer in Georgia, a shop and a consumer; lettuce on the list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["trace.policy"].search([]).active = False
        cls.usa = cls.env.ref("base.us")
        cls.house = cls.place("Our House", "CA", "93940", tz="America/Los_Angeles")
        cls.house.global_location_number = "9501101020009"
        cls.warehouse.partner_id = cls.house
        cls.packer = cls.place("Green Valley Packing", "GA", "30263", trace_ffrn="12345678901")
        cls.supplier = cls.place("Fresh Foods", "GA", "30241", trace_tlc_source_id=cls.packer.id)
        cls.customer = cls.place("Corner Shop", "CA", "95012")
        cls.consumer = cls.env["res.partner"].create({"name": "Jane Roe", "is_company": False})
        cls.food = cls.env.ref("lot_serial_trace.ftl_leafy_greens")
        cls.greens = cls.env["product.category"].create(
            {"name": "Greens", "trace_ftl_id": cls.food.id}
        )
        cls.hearts = cls.env["product.category"].create(
            {"name": "Hearts", "parent_id": cls.greens.id}
        )
        cls.lettuce = cls._product(
            "Romaine",
            "lot",
            barcode=LETTUCE,
            categ_id=cls.hearts.id,
            trace_brand="Green Valley",
            trace_commodity="Romaine lettuce",
            trace_packaging="24 heads, carton",
        )
        cls.user = new_test_user(
            cls.env, "regulated", groups="lot_serial_trace.group_trace_user", tz="Europe/Paris"
        )

    @classmethod
    def place(cls, name, state, zip_code, **values):
        """A business whose address is complete."""
        region = cls.env["res.country.state"].search(
            [("country_id", "=", cls.usa.id), ("code", "=", state)]
        )
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "phone": "(555) 010-1234",
                "street": "1 Main Street",
                "city": "Salinas",
                "state_id": region.id,
                "zip": zip_code,
                "country_id": cls.usa.id,
                **values,
            }
        )

    def request(self, law="fsma204", **values):
        """A request about our own goods, so that those of other tests are not in it."""
        values.setdefault("warehouse_ids", [(6, 0, self.warehouse.ids)])
        return self.env["trace.regulator.request"].create({"law": law, **values})

    def content(self, file):
        """The bytes of a file as they were kept."""
        self.env.flush_all()
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", file._name),
                    ("res_id", "=", file.id),
                    ("res_field", "=", "content"),
                ]
            )
            .raw
        )

    def latest(self, request):
        """The file that was made last."""
        return request.file_ids.sorted("id")[-1]

    def book(self, request):
        """The spreadsheet of a request: dict sheet -> list of dicts."""
        request.action_xlsx()
        read = openpyxl.load_workbook(io.BytesIO(self.content(self.latest(request))))
        sheets = {}
        for sheet in read:
            heads, *rows = sheet.iter_rows(values_only=True)
            sheets[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
        return sheets

    def files(self, request):
        """The CSV files of a request: dict name -> list of dicts."""
        request.action_csv()
        archive = zipfile.ZipFile(io.BytesIO(self.content(self.latest(request))))
        return {
            name: list(csv.DictReader(io.TextIOWrapper(archive.open(name), "utf-8-sig")))
            for name in archive.namelist()
        }

    def happened(self, picking, moment):
        """Have a done transfer happen at another time."""
        picking.move_line_ids.date = moment
        return picking


#: 23:30 on 1 March in California is 2 March in UTC.
NIGHT = datetime(2026, 3, 2, 7, 30)
