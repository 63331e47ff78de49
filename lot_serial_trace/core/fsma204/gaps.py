"""Which key data elements are missing, whose duty they are, and how they are repaired."""

from dataclasses import dataclass

from .kde import CTES


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not recorded.

    :param code: key of it
    :param paragraph: of 21 CFR part 1, or of another law
    :param title: what is missing
    :param duty: who must say it: ``own``, ``supplier`` or ``customer``
    :param repair: what to do
    :param must: False where the law is satisfied without it, and trading partners are not
    """

    code: str
    paragraph: str
    title: str
    duty: str
    repair: str
    must: bool = True


GAPS = {
    gap.code: gap
    for gap in (
        Gap(
            "untracked",
            "1.1340(a)(1), 1.1345(a)(1)",
            _("Product is not tracked by lots"),
            "own",
            _("Track the product by lots: without them there is no traceability lot code."),
        ),
        Gap(
            "product_gtin",
            "TLC - GTIN",
            _("Product without GTIN"),
            "own",
            _("Enter the GTIN as the barcode of the product. Ask the brand owner for it."),
            False,
        ),
        Gap(
            "product_description",
            "1.1310, product description",
            _("Product description incomplete"),
            "own",
            _("Enter commodity and packaging (size and style) on the product."),
        ),
        Gap(
            "lot_source",
            "1.1340(a)(7), 1.1345(a)(7)",
            _("No traceability lot code source"),
            "supplier",
            _(
                "Enter who assigned the code on the lot, or on the supplier for all of its lots. "
                "Whoever ships must say it."
            ),
        ),
        Gap(
            "lot_harvest",
            "1.1330(a), 1.1335(d)",
            _("Harvest not told"),
            "supplier",
            _("Ask the farm or the vessel, and enter place and date of the harvest on the lot."),
        ),
        Gap(
            "lot_seeds",
            "1.1330(b)",
            _("Seeds of sprouts not told"),
            "supplier",
            _("Enter on the seeds' lot who conditioned, packed and sold them, and when."),
        ),
        Gap(
            "partner_address",
            "1.1310, location description",
            _("Address of a trading partner incomplete"),
            "own",
            _("Complete name, telephone, street, city, state, ZIP code and country."),
        ),
        Gap(
            "partner_gln",
            "Location ID",
            _("Trading partner without GLN"),
            "own",
            _("Ask for the Global Location Number. The law does without, many retailers do not."),
            False,
        ),
        Gap(
            "place_address",
            "1.1310, location description",
            _("Address of an own place incomplete"),
            "own",
            _("Give the warehouse an address with telephone, street, city, state and ZIP code."),
        ),
        Gap(
            "receipt_reference",
            "1.1345(a)(8)",
            _("Receipt without reference document"),
            "supplier",
            _("Enter the supplier's delivery note, bill of lading or invoice on the receipt."),
        ),
        Gap(
            "no_supplier",
            "1.1345(a)(4)",
            _("Receipt without supplier"),
            "own",
            _("Enter on the receipt from whom it came."),
        ),
        Gap(
            "no_recipient",
            "1.1340(a)(4)",
            _("Delivery without recipient"),
            "own",
            _("Enter on the delivery who got it."),
        ),
        Gap(
            "untracked_input",
            "1.1350(a)(1)",
            _("Listed food was used without a lot"),
            "own",
            _("Say on the order which lots were used, and track the component by lots."),
        ),
        Gap(
            "no_lot",
            "1.1345(a)(1)",
            _("Movement without a lot"),
            "own",
            _("Enter the lot of the movement."),
        ),
        Gap("quantity", "1.1345(a)(2)", _("No quantity"), "own", _("Enter the quantity.")),
        Gap("no_date", "1.1345(a)(6)", _("No date"), "own", _("Enter the date.")),
        Gap(
            "no_plan",
            "1.1315",
            _("No traceability plan in force"),
            "own",
            _("Write the traceability plan and put it in force."),
        ),
        Gap(
            "drug_number",
            "DSCSA 581(26)",
            _("Medicine without a number"),
            "own",
            _("Enter the GTIN as the barcode of the product, or its NDC."),
        ),
        Gap(
            "drug_description",
            "DSCSA 581(26)",
            _("Strength, form or container size not told"),
            "own",
            _("Enter strength, dosage form and container size on the product."),
        ),
        Gap(
            "device_number",
            "MDR art. 27, annex VI C",
            _("Device without UDI-DI"),
            "own",
            _("Enter the GTIN as the barcode of the product: it is the UDI-DI."),
        ),
        Gap(
            "food_supplier",
            "178/2002 art. 18(2)",
            _("Food from an unknown supplier"),
            "own",
            _("Enter on the receipt from whom it came."),
        ),
        Gap(
            "food_customer",
            "178/2002 art. 18(3)",
            _("Food to an unknown customer"),
            "own",
            _("Enter on the delivery who got it; a delivery to a consumer says so by its person."),
        ),
    )
}

#: Parts of a location description that every country has, and those of domestic ones.
ALWAYS, DOMESTIC = ("name", "phone", "city", "country"), ("state", "zip")
HOME = "US"


def lacking(cte, record):
    """The key data elements of an event that a record does not say.

    >>> [kde.paragraph for kde in lacking("receiving", {"tlc": "A", "quantity": 1})][:2]
    ['1.1345(a)(3)', '1.1345(a)(4)']
    """
    return [
        kde
        for kde in CTES[cte].kdes
        if all(record.get(key) in (None, "") for key in kde.keys) and _wanted(kde, record)
    ]


def _wanted(kde, record):
    """What was used is asked of an operation that has used food of the list, of no other one."""
    return not kde.keys[0].startswith("used_") or bool(record.get("used_description"))


def location_lacks(location, home=HOME):
    """Names of the parts that a location description lacks (21 CFR 1.1310).

    Coordinates stand for the street. State and ZIP code are wanted of domestic locations.

    :param location: dict with the keys of :data:`layout.LOCATIONS` and ``country_code``

    >>> location_lacks({"name": "Farm", "phone": "1", "geo": "1, 2", "city": "X", "country": "US"})
    []
    >>> location_lacks({"name": "Farm", "country": "USA", "country_code": "US"})
    ['phone', 'city', 'street', 'state', 'zip']
    """
    lacks = [part for part in ALWAYS if not location.get(part)]
    if not (location.get("street") or location.get("geo")):
        lacks.append("street")
    if location.get("country_code") == home:
        lacks += [part for part in DOMESTIC if not location.get(part)]
    return lacks
