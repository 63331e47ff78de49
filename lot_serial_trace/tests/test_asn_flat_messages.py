from odoo.tests import tagged

from .asn_case import DOCK_GLN, GLN, GTIN, OUR_MILK, AsnCase

SSCC = "340123450000000017"


@tagged("post_install", "-at_install")
class TestAsnFlatMessages(AsnCase):
    """EDIFACT, X12 and StratEDI files become notices that find supplier, order and products."""

    def desadv(self, *messages):
        """An interchange; each message is ``(number, segments)``."""
        parts = ["UNA:+.? ", "UNB+UNOC:3+A:14+B:14+261120:1000+1"]
        for at, (number, segments) in enumerate(messages, 1):
            body = [
                f"BGM+351+{number}+9",
                "DTM+137:20261120:102",
                f"RFF+ON:{self.order.name}",
                f"NAD+SU+{GLN}::9",
                f"NAD+DP+{DOCK_GLN}::9",
                *segments,
            ]
            trailer = f"UNT+{len(body) + 2}+{at}"
            parts += [f"UNH+{at}+DESADV:D:96A:UN:EAN005", *body, trailer]
        return "'\n".join([*parts, f"UNZ+{len(messages)}+1", ""]).encode()

    def matched(self, asn):
        """Supplier, receipt, and per line product, quantity and numbers."""
        self.assertEqual(asn.partner_id, self.supplier)
        self.assertEqual(asn.picking_ids, self.receipt)
        return [
            (line.product_id, line.product_qty, line.unit_ids.mapped("name"))
            for line in asn.line_ids
        ]

    def test_two_messages_of_an_edifact_file(self):
        devices = [
            "CPS+1",
            "PAC+1++201",
            "PCI+33E",
            f"GIN+BJ+{SSCC}",
            f"LIN+1++{GTIN}:SRV",
            "QTY+12:3:PCE",
            "GIN+BN+S1:S3",
        ]
        milk = ["CPS+1", "LIN+1", f"PIA+5+{OUR_MILK}:IN", "QTY+12:30:PCE"]
        milk += ["PCI+36E", "GIN+BX+L/01", "QTY+12:20", "DTM+36:20270531:102"]
        milk += ["PCI+36E", "GIN+BX+L/02", "QTY+12:10"]
        exchange = self.arrive(self.desadv(("D-1", devices), ("D-2", milk)), "two.edi")
        first, second = exchange._notices().sorted("name")
        self.assertEqual((first.name, second.name), ("D-1", "D-2"))
        self.assertEqual(self.matched(first), [(self.device, 3, ["S1", "S2", "S3"])])
        self.assertEqual(first.package_ids.sscc, SSCC)
        self.assertEqual(first.line_ids.unit_ids.package_id, first.package_ids)
        self.assertEqual(self.matched(second), [(self.milk, 30, ["L/01", "L/02"])])
        self.assertEqual(second.line_ids.unit_ids.mapped("quantity"), [20, 10])
        self.assertEqual(str(second.line_ids.unit_ids[0].expiry), "2027-05-31")

    def test_flaws_of_a_message_have_sentences(self):
        lines = ["CPS+1", f"LIN+1++{GTIN}:SRV", "QTY+12:2:PCE", "GIN+BN+1:9999999999"]
        asn = self.arrive(self.desadv(("D-1", lines)), "range.edi")._notices()
        (flaw,) = asn.flaw_ids.filtered(lambda flaw: flaw.code == "range_too_long")
        self.assertIn("9999999999", flaw.message)
        self.assertEqual(flaw.source_path, "UNH[1]/LIN[1]/GIN")
        self.assertEqual(flaw.source_line, 12)

    def test_x12_with_cases(self):
        case = self.env["uom.uom"].create(
            {"name": "Case of 6", "relative_factor": 6, "relative_uom_id": self.milk.uom_id.id}
        )
        self.milk.uom_ids = case
        segments = [
            "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
            "*261120*1000*U*00401*000000001*0*P*>",
            "GS*SH*A*B*20261120*1000*1*X*004010",
            "ST*856*0001",
            "BSN*00*X-1*20261120*1000*0001",
            "HL*1**S",
            f"N1*SF*Sender*UL*{GLN}",
            f"N1*ST*Dock*UL*{DOCK_GLN}",
            "HL*2*1*O",
            f"PRF*{self.order.name}",
            "HL*3*2*P",
            f"MAN*GM*00{SSCC}",
            "HL*4*3*I",
            f"LIN*1*IN*{OUR_MILK}*LT*L1",
            "SN1**5*CA",
            "PO4*6",
            "DTM*036*20270531",
            "SE*15*0001",
            "GE*1*1",
            "IEA*1*000000001",
        ]
        asn = self.arrive("~\n".join([*segments, ""]).encode(), "856.x12")._notices()
        self.assertEqual(self.matched(asn), [(self.milk, 30, ["L1"])])
        self.assertEqual(asn.package_ids.sscc, SSCC)
        self.assertEqual(asn.line_ids.unit_ids.mapped("package_id.sscc"), [SSCC])

    def test_other_messages_are_parked_with_the_reason(self):
        data = self.desadv(("D-1", ["CPS+1"])).replace(b"DESADV", b"INVOIC")
        exchange = self.arrive(data, "invoice.edi")
        self.assertEqual(exchange.state, "parked")
        self.assertIn("EDIFACT INVOIC", exchange.error)
