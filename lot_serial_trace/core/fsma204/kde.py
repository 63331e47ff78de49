"""Critical tracking events and their key data elements, paragraph by paragraph."""

from dataclasses import dataclass


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: What a record of an event may say. Names and numbers are texts, quantities numbers, days dates;
#: what is not known is None.
KEYS = (
    "id",
    "paragraph",
    # the traceability lot code
    "gtin",
    "tlc",
    "tlc_date",
    "tlc_date_type",
    "sscc",
    "assigned_by",
    # the goods
    "quantity",
    "uom",
    "description",
    "commodity",
    "variety",
    # where
    "from_name",
    "from_gln",
    "to_name",
    "to_gln",
    # when, by the clock of the place
    "day",
    "local_time",
    "zone",
    # the traceability lot code source
    "source_name",
    "source_street",
    "source_city",
    "source_state",
    "source_country",
    "source_zip",
    "source_phone",
    "source_gln",
    "source_ffrn",
    "source_url",
    "source_ggn",
    # the reference document
    "ref_type",
    "ref_number",
    "document",
    # before it was packed
    "farm_name",
    "field_name",
    "container_name",
    "harvester",
    "harvest_from",
    "harvest_to",
    "cooled_name",
    "cooled_on",
    "received_on",
    # what it was made of
    "used_gtin",
    "used_tlc",
    "used_sscc",
    "used_date",
    "used_date_type",
    "used_quantity",
    "used_uom",
    "used_description",
    # of sprouts: the seeds
    "seed_grower",
    "seed_harvested",
    "seed_conditioner",
    "seed_conditioner_lot",
    "seed_conditioned",
    "seed_packer",
    "seed_packer_lot",
    "seed_packed",
    "seed_supplier",
    "seed_description",
    "seed_lot",
    "seed_received",
)


@dataclass(frozen=True, slots=True)
class Kde:
    """A key data element.

    :param paragraph: where the law wants it, e.g. ``1.1340(a)(1)``
    :param title: in few words
    :param keys: the record says it if one of these keys has a value
    :param gap: code of the gap if it does not, see :data:`gaps.GAPS`
    """

    paragraph: str
    title: str
    keys: tuple
    gap: str


@dataclass(frozen=True, slots=True)
class Cte:
    """A critical tracking event.

    :param code: key of it
    :param section: of 21 CFR
    :param title: name of the sheet
    :param kdes: what is to be recorded
    """

    code: str
    section: str
    title: str
    kdes: tuple


_SOURCE = ("source_name", "source_gln", "source_ffrn", "source_url", "source_ggn")
_REF = ("ref_number",)
#: Where in the farm: a field, or of aquaculture a pond, pool, tank or cage.
_FIELD = (_("Field, growing area or container"), ("field_name", "container_name"), "lot_harvest")


def _kdes(section, *rows):
    return tuple(Kde(f"{section}{paragraph}", *rest) for paragraph, *rest in rows)


_PACKED = _kdes(
    "1.1330(a)",
    ("(1)", _("Commodity"), ("commodity",), "product_description"),
    ("(4)", _("Farm"), ("farm_name",), "lot_harvest"),
    ("(5), (6)", *_FIELD),
    ("(7)", _("Harvester"), ("harvester",), "lot_harvest"),
    ("(8)", _("Harvest date"), ("harvest_from",), "lot_harvest"),
    ("(11)", _("Traceability lot code"), ("tlc",), "no_lot"),
    ("(12)", _("Product description"), ("description",), "product_description"),
    ("(13)", _("Quantity and unit"), ("quantity",), "quantity"),
    ("(14)", _("Packing location"), _SOURCE, "lot_source"),
    ("(15)", _("Packing date"), ("day",), "no_date"),
    ("(16)", _("Reference document"), ("document",), "receipt_reference"),
)
CTES = {
    cte.code: cte
    for cte in (
        Cte(
            "harvesting",
            "1.1325(a)",
            _("Harvesting"),
            _kdes(
                "1.1325(a)(1)",
                ("(i)", _("Subsequent recipient"), ("to_name",), "no_recipient"),
                ("(ii)", _("Commodity"), ("commodity",), "product_description"),
                ("(iii)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(iv)", _("Farm"), ("farm_name",), "lot_harvest"),
                ("(v), (vi)", *_FIELD),
                ("(vii)", _("Harvest date"), ("harvest_from",), "lot_harvest"),
                ("(viii)", _("Reference document"), _REF, "receipt_reference"),
            ),
        ),
        Cte(
            "cooling",
            "1.1325(b)",
            _("Cooling"),
            _kdes(
                "1.1325(b)(1)",
                ("(i)", _("Subsequent recipient"), ("to_name",), "no_recipient"),
                ("(ii)", _("Commodity"), ("commodity",), "product_description"),
                ("(iii)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(iv)", _("Cooling location"), ("cooled_name",), "lot_harvest"),
                ("(v)", _("Cooling date"), ("cooled_on",), "lot_harvest"),
                ("(vi)", _("Farm"), ("farm_name",), "lot_harvest"),
                ("(vii)", _("Reference document"), _REF, "receipt_reference"),
            ),
        ),
        Cte(
            "packing",
            "1.1330(a)",
            _("Initial Packing"),
            _PACKED,
        ),
        Cte(
            "exempt",
            "1.1330(c)",
            _("Initial Packing from Exempt"),
            _kdes(
                "1.1330(c)",
                ("(1)", _("Commodity"), ("commodity",), "product_description"),
                ("(2)", _("Date received"), ("received_on",), "no_date"),
                ("(3)", _("Quantity used"), ("used_quantity",), "quantity"),
                ("(4)", _("Previous source"), ("from_name",), "no_supplier"),
                ("(5)", _("Traceability lot code"), ("tlc",), "no_lot"),
                ("(6)", _("Product description"), ("description",), "product_description"),
                ("(7)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(8)", _("Packing location"), _SOURCE, "lot_source"),
                ("(9)", _("Packing date"), ("day",), "no_date"),
                ("(10)", _("Reference document"), ("document",), "receipt_reference"),
            ),
        ),
        Cte(
            "sprouts",
            "1.1330(b)",
            _("Initial Packing Sprouts"),
            (
                *_PACKED,
                *_kdes(
                    "1.1330(b)",
                    ("(2)", _("Seed conditioner"), ("seed_conditioner",), "lot_seeds"),
                    ("(2)", _("Seeds conditioned on"), ("seed_conditioned",), "lot_seeds"),
                    ("(3)", _("Seed packinghouse"), ("seed_packer",), "lot_seeds"),
                    ("(3)", _("Seeds packed on"), ("seed_packed",), "lot_seeds"),
                    ("(4)", _("Seed supplier"), ("seed_supplier",), "lot_seeds"),
                    ("(5)", _("Description of the seeds"), ("seed_description",), "lot_seeds"),
                    ("(6)", _("Seed lot code"), ("seed_lot",), "lot_seeds"),
                    ("(7)", _("Seeds received on"), ("seed_received",), "lot_seeds"),
                ),
            ),
        ),
        Cte(
            "landing",
            "1.1335",
            _("First Land-Based Receiving"),
            _kdes(
                "1.1335",
                ("(a)", _("Traceability lot code"), ("tlc",), "no_lot"),
                ("(b)", _("Species or market name"), ("commodity",), "product_description"),
                ("(c)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(d)", _("Harvest date range and locations"), ("harvest_from",), "lot_harvest"),
                ("(e)", _("Landing location"), ("to_name",), "place_address"),
                ("(f)", _("Date landed"), ("day",), "no_date"),
                ("(g)", _("Reference document"), _REF, "receipt_reference"),
            ),
        ),
        Cte(
            "receiving",
            "1.1345",
            _("Receiving"),
            _kdes(
                "1.1345(a)",
                ("(1)", _("Traceability lot code"), ("tlc",), "no_lot"),
                ("(2)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(3)", _("Product description"), ("description",), "product_description"),
                ("(4)", _("Previous source"), ("from_name",), "no_supplier"),
                ("(5)", _("Receiving location"), ("to_name",), "place_address"),
                ("(6)", _("Date received"), ("day",), "no_date"),
                ("(7)", _("Traceability lot code source"), _SOURCE, "lot_source"),
                ("(8)", _("Reference document"), _REF, "receipt_reference"),
            ),
        ),
        Cte(
            "shipping",
            "1.1340",
            _("Shipping"),
            _kdes(
                "1.1340(a)",
                ("(1)", _("Traceability lot code"), ("tlc",), "no_lot"),
                ("(2)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(3)", _("Product description"), ("description",), "product_description"),
                ("(4)", _("Subsequent recipient"), ("to_name",), "no_recipient"),
                ("(5)", _("Ship-from location"), ("from_name",), "place_address"),
                ("(6)", _("Ship date"), ("day",), "no_date"),
                ("(7)", _("Traceability lot code source"), _SOURCE, "lot_source"),
                ("(8)", _("Reference document"), _REF, "receipt_reference"),
            ),
        ),
        Cte(
            "transformation",
            "1.1350",
            _("Transformation"),
            _kdes(
                "1.1350(a)",
                ("(1)(i)", _("Lot code of the food used"), ("used_tlc",), "untracked_input"),
                ("(1)(iii)", _("Quantity used"), ("used_quantity",), "quantity"),
                ("(2)(i)", _("New traceability lot code"), ("tlc",), "no_lot"),
                ("(2)(ii)", _("Where it was transformed"), _SOURCE, "lot_source"),
                ("(2)(iii)", _("Date"), ("day",), "no_date"),
                ("(2)(iv)", _("Product description"), ("description",), "product_description"),
                ("(2)(v)", _("Quantity and unit"), ("quantity",), "quantity"),
                ("(2)(vi)", _("Reference document"), ("document",), "receipt_reference"),
            ),
        ),
    )
}
