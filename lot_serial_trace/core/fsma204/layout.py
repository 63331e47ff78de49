"""In which columns key data elements are handed over.

The FDA prescribes no form, only that the file can be sorted (21 CFR 1.1455(c)(3)(ii)). Names and
order of the columns are those of the Produce Traceability Initiative's sheets (2.1), which
retailers ask for, letter for letter; what makes the file sortable and self-contained follows them
on the right.
"""

from .kde import CTES

#: What follows the columns of the initiative on each sheet.
MORE = (
    ("Paragraph (21 CFR)", "paragraph"),
    ("Quantity", "quantity"),
    ("Unit of Measure", "uom"),
    ("Local Time", "local_time"),
    ("Time Zone", "zone"),
    ("Own Document", "document"),
    ("Ledger Entry", "id"),
)
_REF = (("Reference Document Type", "ref_type"), ("Reference Document Number", "ref_number"))
_PRODUCED = (
    ("FTL Food Produced TLC - GTIN", "gtin"),
    ("FTL Food Produced TLC - Batch", "tlc"),
    ("FTL Food Produced TLC - SSCC", "sscc"),
    ("FTL Food Produced TLC - Date", "tlc_date"),
    ("FTL Food Produced TLC - Date Type", "tlc_date_type"),
)
_REFERENCES = (
    ("TLCS Reference GLN", "source_gln"),
    ("TLCS Reference FFRN", "source_ffrn"),
    ("TLCS Reference URL", "source_url"),
    ("TLCS Reference GGN", "source_ggn"),
)

COLUMNS = {
    "shipping": (
        ("(1) TLC - GTIN", "gtin"),
        ("(1) TLC - Batch", "tlc"),
        ("Date Code**", "tlc_date"),
        ("Date Type**", "tlc_date_type"),
        ("VoiceCode**", None),
        ("Pallet ID*", "sscc"),
        ("TLC - Assigned By**", "assigned_by"),
        ("(2) Qty & UOM", "amount"),
        ("(3) Product Description", "description"),
        ("(4) Ship-To Location", "to_name"),
        ("Ship-To Location ID**", "to_gln"),
        ("(5) Ship-From Location", "from_name"),
        ("Ship-From Location ID**", "from_gln"),
        ("(6) Ship Date", "day"),
        ("(7) TLC Source Reference GLN", "source_gln"),
        ("(7) TLC Source Reference FFRN", "source_ffrn"),
        ("(7) TLC Source Reference URL", "source_url"),
        ("(7) TLC Source Reference GGN", "source_ggn"),
        ("TLC Source Reference - Assigned By**", "assigned_by"),
        ("(8) Ref Doc Type and Number", "reference"),
        ("TLC Source Location", "source_name"),
    ),
    "receiving": (
        ("(a)(1) TLC - GTIN", "gtin"),
        ("(a)(1) TLC - Batch", "tlc"),
        ("(a)(1) TLC - Date**", "tlc_date"),
        ("(a)(1) TLC - Date Type**", "tlc_date_type"),
        ("(a)(1) TLC - SSCC**", "sscc"),
        ("(b)(1) TLC - Assigned By", "assigned_by"),
        ("(a)(2) Qty & UOM", "amount"),
        ("(a)(3) Product Description", "description"),
        (
            "(a)(4) Immediate Previous Source (IPS) Location - (Shipped from Location)",
            "from_name",
        ),
        ("(a)(5) Receive Location", "to_name"),
        ("(a)(6) Receive Date", "day"),
        ("(a)(7) TLC Source ReferenceGLN", "source_gln"),
        ("(a)(7) TLC Source ReferenceFFRN", "source_ffrn"),
        ("(a)(7) TLC Source ReferenceURL", "source_url"),
        ("(a)(7) TLC Source ReferenceGGN", "source_ggn"),
        ("(b)(5) TLC Source Reference - Assigned By", "assigned_by"),
        ("(a)(8) Ref Doc", "reference"),
        ("(a)(7) TLC Source Name", "source_name"),
        ("(a)(7) TLC Source Street", "source_street"),
        ("(a)(7) TLC Source City", "source_city"),
        ("(a)(7) TLC Source State", "source_state"),
        ("(a)(7) TLC Source Country", "source_country"),
        ("(a)(7) TLC Source Zip Code", "source_zip"),
        ("(a)(7) TLC Source Phone Number", "source_phone"),
    ),
    "landing": (
        ("(a) TLC - GTIN", "gtin"),
        ("(a) TLC - Batch", "tlc"),
        ("(b) Species or Acceptable Market Name", "commodity"),
        ("Product Description", "description"),
        ("(c) Qty & UOM", "amount"),
        ("(d) Harvest Date, First", "harvest_from"),
        ("(d) Harvest Date, Last", "harvest_to"),
        ("(d) Harvest Locations", "field_name"),
        ("(e) First Land-Based Receiving Location", "to_name"),
        ("(f) Date Landed", "day"),
        ("Fishing Vessel", "from_name"),
        ("(g) Ref Doc Type and Number", "reference"),
    ),
    "transformation": (
        *_REF[:1],
        ("Reference Document Number for Transformation Event", "ref_number"),
        ("FTL Food Used TLC - GTIN", "used_gtin"),
        ("FTL Food Used TLC - Batch", "used_tlc"),
        ("FTL Food Used TLC - SSCC", "used_sscc"),
        ("FTL Food Used TLC - Date", "used_date"),
        ("FTL Food Used TLC - Date Type", "used_date_type"),
        ("FTL Food Used Qty", "used_quantity"),
        ("FTL Food Used UOM", "used_uom"),
        ("FTL Food Used Product Description", "used_description"),
        *_PRODUCED,
        ("Transform Location- TLCS", "source_name"),
        *_REFERENCES,
        ("Date Transformed", "day"),
        ("FTL Food Produced Product Description", "description"),
        ("FTL Food Produced Qty", "quantity"),
        ("FTL Food Produced UOM", "uom"),
    ),
    "packing": (
        *_REF,
        ("Commodity", "commodity"),
        ("Variety", "variety"),
        ("Date Received", "received_on"),
        ("Quantity Received", "used_quantity"),
        ("UOM Received", "used_uom"),
        ("Harvest Location", "farm_name"),
        ("Field Name", "field_name"),
        ("Harvester Business Name & Number", "harvester"),
        ("Harvest Date", "harvest_from"),
        ("Cooling Location", "cooled_name"),
        ("Cooling Date", "cooled_on"),
        ("TLC - GTIN", "gtin"),
        ("TLC - Batch", "tlc"),
        ("TLC - SSCC", "sscc"),
        ("TLC - Date", "tlc_date"),
        ("TLC - Date Type", "tlc_date_type"),
        ("Product Description", "description"),
        ("Quantity Packed", "quantity"),
        ("UOM Packed", "uom"),
        ("Initial Packing Location- TLCS", "source_name"),
        ("Pack Date", "day"),
        *_REFERENCES,
    ),
    "harvesting": (
        *_REF,
        ("Commodity", "commodity"),
        ("Variety", "variety"),
        ("Quantity", "quantity"),
        ("Unit of Measure (UOM)", "uom"),
        ("Harvest Location", "farm_name"),
        ("Field Name", "field_name"),
        ("Harvester Business Name & Number", "harvester"),
        ("Harvest Date", "harvest_from"),
        ("Immediate Subsequent Recipient (ISR) Location", "to_name"),
        ("TLC - GTIN", "gtin"),
        ("TLC - Batch", "tlc"),
    ),
    "cooling": (
        *_REF,
        ("Commodity", "commodity"),
        ("Variety", "variety"),
        ("Quantity", "quantity"),
        ("Unit of Measure (UOM)", "uom"),
        ("Cooling Location", "cooled_name"),
        ("Cooling Date", "cooled_on"),
        ("Harvest Location", "farm_name"),
        ("Immediate Subsequent Recipient (ISR) Location", "to_name"),
        ("TLC - GTIN", "gtin"),
        ("TLC - Batch", "tlc"),
    ),
}
#: What follows for food from a farm that may be one of fish.
_CONTAINER = ("Aquaculture Container", "container_name")
#: What follows for sprouts (21 CFR 1.1330(b)).
_SEEDS = (
    ("(b)(1) Seed Grower", "seed_grower"),
    ("(b)(1) Date of Seed Harvesting", "seed_harvested"),
    ("(b)(2) Seed Conditioner or Processor", "seed_conditioner"),
    ("(b)(2) Seed Lot Code of the Conditioner", "seed_conditioner_lot"),
    ("(b)(2) Date of Conditioning or Processing", "seed_conditioned"),
    ("(b)(3) Seed Packinghouse", "seed_packer"),
    ("(b)(3) Seed Lot Code of the Packinghouse", "seed_packer_lot"),
    ("(b)(3) Date of Packing the Seeds", "seed_packed"),
    ("(b)(4) Seed Supplier", "seed_supplier"),
    ("(b)(5) Description of the Seeds", "seed_description"),
    ("(b)(6) Seed Lot Code", "seed_lot"),
    ("(b)(7) Date the Seeds Were Received", "seed_received"),
)
COLUMNS["exempt"] = (*COLUMNS["packing"], ("(c)(4) Received From", "from_name"))
COLUMNS["sprouts"] = (*COLUMNS["packing"], *_SEEDS)
FARMED = ("harvesting", "packing", "exempt", "sprouts")
LOCATIONS = (
    ("Business or Farm Name", "name"),
    ("Phone Number", "phone"),
    ("Physical Location Address (or geo-coordinates)", "street"),
    ("City", "city"),
    ("State or Region", "state"),
    ("Zip or Postal Code", "zip"),
    ("Country", "country"),
    ("Field Name*", "field"),
    ("Geo-Coordinates*", "geo"),
    ("GLN**", "gln"),
    ("FFRN**", "ffrn"),
    ("TLC Source Lookup Site", "url"),
)
PRODUCTS = (
    ("FTL List Category", "ftl"),
    ("GTIN", "gtin"),
    ("Product Name", "description"),
    ("Internal Reference", "code"),
)
#: Keys that are on a sheet of the initiative already: not said twice.
_TWICE = {"quantity", "uom"}


def _all(cte):
    said = {key for _title, key in COLUMNS[cte]} & _TWICE
    more = (_CONTAINER, *MORE) if cte in FARMED else MORE
    return (*COLUMNS[cte], *(column for column in more if column[1] not in said))


def columns(cte):
    """Names of the columns of an event, in their order."""
    return [title for title, _key in _all(cte)]


#: Keys of the columns of each event: looked up for every row.
_KEYS = {cte: [key for _title, key in _all(cte)] for cte in CTES}


def row(cte, record):
    """A record as a row of its sheet.

    >>> row("shipping", {"quantity": 10.0, "uom": "kg", "tlc": "A1"})[:8]
    (None, 'A1', None, None, None, None, None, '10 kg')
    """
    made = {"amount": amount(record), "reference": reference(record)}
    return tuple(made[key] if key in made else record.get(key) for key in _KEYS[cte])


def amount(record):
    """Quantity with its unit, as text."""
    quantity = record.get("quantity")
    if quantity is None:
        return None
    text = f"{quantity:.6f}".rstrip("0").rstrip(".")
    return f"{text} {record.get('uom') or ''}".strip()


def reference(record):
    """Type and number of the reference document, as text."""
    return " ".join(filter(None, (record.get("ref_type"), record.get("ref_number")))) or None


def location_row(location):
    """A location as a row of its sheet."""
    return tuple(location.get(key) for _title, key in LOCATIONS)
