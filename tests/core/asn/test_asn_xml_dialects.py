"""XML of single systems: a table of paths says where things are."""

from datetime import date

import pytest
from asn_build import read_one, refusal

from lot_serial_trace.core import asn

PALLET = "340123450000000017"


def metasfresh(*inside, order="P00042"):
    return (
        f"<EDI_Exp_Desadv><C_BPartner_ID><EdiRecipientGLN>4012345000009</EdiRecipientGLN>"
        "<Name>Shop</Name></C_BPartner_ID><C_BPartner_Location_ID><GLN>4012345000108</GLN>"
        "<Name>Dock</Name></C_BPartner_Location_ID><DocumentNo>1013</DocumentNo>"
        f"<MovementDate>2026-11-19+02:00</MovementDate><POReference>{order}</POReference>"
        f"{''.join(inside)}</EDI_Exp_Desadv>"
    ).encode()


def product(line="10", delivered="0"):
    return (
        f"<EDI_DesadvLine_ID><C_UOM_ID><X12DE355>PCE</X12DE355></C_UOM_ID><Line>{line}</Line>"
        "<M_Product_ID><Value>S-1</Value></M_Product_ID><ProductDescription>Salad"
        "</ProductDescription><OrderPOReference>P00042</OrderPOReference><OrderLine>3</OrderLine>"
        f"<QtyDeliveredInUOM>{delivered}</QtyDeliveredInUOM></EDI_DesadvLine_ID>"
    )


def item(lot, quantity, line="10"):
    return (
        "<EDI_Exp_Desadv_Pack_Item><BestBeforeDate>2027-01-25T00:00:00+01:00</BestBeforeDate>"
        f"<LotNumber>{lot}</LotNumber><QtyCUsPerLU>{quantity}</QtyCUsPerLU>"
        f"{product(line)}</EDI_Exp_Desadv_Pack_Item>"
    )


def test_metasfresh():
    pack = f"<EDI_Exp_Desadv_Pack>{item('L1', 30)}<IPA_SSCC18>{PALLET}</IPA_SSCC18>"
    loose = f"<EDI_Exp_DesadvLineWithNoPack>{product('20', 7)}</EDI_Exp_DesadvLineWithNoPack>"
    read = read_one(metasfresh(f"{pack}{item('L2', 12)}</EDI_Exp_Desadv_Pack>", loose))
    assert (read.format, read.number, read.orders) == ("xml", "1013", ["P00042"])
    assert read.despatched == date(2026, 11, 19)
    assert (read.ship_to.gln, read.buyer.name) == ("4012345000108", "Shop")
    (package,) = read.packages
    assert package.sscc == PALLET
    first, second, third = read.lines
    assert [(line.quantity, line.unit) for line in read.lines] == [
        (30, "PCE"),
        (12, "PCE"),
        (7, "PCE"),
    ]
    assert (first.name, first.supplier_code, first.order_line) == ("Salad", "S-1", "3")
    assert [(u.lot, u.quantity, u.best_before, u.package) for u in first.units] == [
        ("L1", 30, date(2027, 1, 25), package.key)
    ]
    assert (second.packages, third.packages, third.units) == ([package.key], [], [])
    assert read.flaw_counts["duplicate_line"] == 2, "line 10 is twice on one pallet"


def test_russian_provider():
    data = """<?xml version="1.0" encoding="utf-8"?><DESADV><NUMBER>77</NUMBER>
    <DATE>2026-11-19</DATE><DELIVERYDATE>2026-11-21</DELIVERYDATE><ORDERNUMBER>P7</ORDERNUMBER>
    <HEAD><SENDER>4012345000009</SENDER><RECIPIENT>4023333000000</RECIPIENT>
    <DELIVERYPLACE>4012345000108</DELIVERYPLACE><PACKINGSEQUENCE>
    <HIERARCHICALID>1</HIERARCHICALID><POSITION><POSITIONNUMBER>1</POSITIONNUMBER>
    <PRODUCT>4012345000016</PRODUCT><PRODUCTIDSUPPLIER>S-1</PRODUCTIDSUPPLIER>
    <DELIVEREDQUANTITY>6.00</DELIVEREDQUANTITY><DELIVEREDUNIT>PCE</DELIVEREDUNIT>
    <DESCRIPTION>Стейк</DESCRIPTION><BESTBEFOREDATE>2026-12-01</BESTBEFOREDATE></POSITION>
    </PACKINGSEQUENCE></HEAD></DESADV>""".encode()
    read = read_one(data)
    assert (read.number, read.issued, read.expected_until) == (
        "77",
        date(2026, 11, 19),
        date(2026, 11, 21),
    )
    assert (read.supplier.gln, read.ship_to.gln) == ("4012345000009", "4012345000108")
    (line,) = read.lines
    assert (line.gtin, line.name, line.quantity) == ("04012345000016", "Стейк", 6)
    assert line.units[0].best_before == date(2026, 12, 1)
    assert not read.flaws and not read.packages


MASCOT = b"""<DespatchAdvice><DeliveryNoteNumber>DN-1</DeliveryNoteNumber>
<BuyerOrderReference>P7</BuyerOrderReference><DespatchAdviceDate>2026-11-19</DespatchAdviceDate>
<SupplierParty><Name1>Maker</Name1><City>Oslo</City></SupplierParty>
<DeliveryToParty><Name1>Dock</Name1></DeliveryToParty>
<Packages><PackageID>PKG-1</PackageID></Packages>
<DespatchLines><Line>1</Line><BuyerLineReference>4</BuyerLineReference>
<SupplierMaterialNumber>M-1</SupplierMaterialNumber><EAN>4012345000016</EAN>
<ProductDescription>Shoes</ProductDescription><Quantity>2</Quantity>
<UnitOfMeasure>PR</UnitOfMeasure><BatchNumber>B-1</BatchNumber>
<PackageIdentification><PackageID>PKG-1</PackageID></PackageIdentification></DespatchLines>
</DespatchAdvice>"""


def test_mascot():
    read = read_one(MASCOT)
    (line,) = read.lines
    assert (read.number, read.supplier.name, read.supplier.city) == ("DN-1", "Maker", "Oslo")
    assert (line.order_line, line.gtin, line.unit) == ("4", "04012345000016", "PR")
    assert [(unit.lot, unit.quantity, unit.package) for unit in line.units] == [("B-1", 2, 0)]
    assert line.packages == [0]
    assert not read.flaws


def test_bad_values_have_their_place():
    read = read_one(MASCOT.replace(b">2<", b">two<").replace(b"000016", b"000017"))
    assert set(read.flaw_counts) == {"bad_number", "bad_gtin", "no_quantity"}
    assert all(flaw.line for flaw in read.flaws)


@pytest.mark.parametrize("tag", ["DespatchAdvice", "DESADV"])
def test_same_name_for_something_else(tag):
    error = refusal(f"<{tag}><Anything/></{tag}>".encode())
    assert error.code == "wrong_document"
    assert f"<{tag}> of its own kind" in error.text


def test_unknown_xml_is_told_what_can_be_read():
    error = refusal(b"<zfgTrace><supplier/></zfgTrace>")
    assert isinstance(error, asn.UnsupportedFormat)
    assert "metasfresh" in error.text
