"""What people sell, and what follows from it for rules.

Numbers are where to begin, not law: each comes with the sentence that says why, so that whoever
knows better changes it. Where a law or standard is named, it asks for no less.

How long records are kept, as the sources have it (nothing is ever purged by itself):

* food: 24 months from the record (FSMA 204, 21 CFR 1.1455(c)); EU 178/2002 sets no time, the
  Commission's guidance of 2010 on its articles 11 to 20 proposes 5 years, for what spoils less;
  931/2011, art. 3: until the food can be taken to be eaten;
* medicine: 6 years from the transaction (DSCSA, 21 USC 360eee-1); 5 years (2001/83/EC, art. 80(f),
  and the guidelines on good distribution practice, 2013/C 343/01);
* devices: 10 years after the last device was placed on the market, 15 for implants (EU 2017/745,
  art. 10(8) with 25(2)); no lot knows that moment, so its last movement stands for it;
* consumer goods: 6 years for who had them from whom (EU 2023/988); liability ends 10 years after
  the product was placed on the market (85/374/EEC, art. 11; EU 2024/2853, art. 17: 25 where harm
  to health shows late); guarantee 2 years (EU 2019/771, art. 10);
* books: 10 years in Germany, France and Italy.

A test of recalls each year: BRCGS Food 3.11, IFS Food 5.9, SQF 2.6.3; the guidelines on good
distribution practice, 6.5.
"""

from dataclasses import dataclass


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that a trade wants, see :class:`core.setup.Setting`."""

    area: str
    name: str
    values: dict
    why: str


@dataclass(frozen=True, slots=True)
class Trade:
    """What is sold.

    :param title: two or three words
    :param about: what is special about it
    """

    title: str
    about: str
    wishes: tuple


def _policy(code, severity, why, **values):
    return Wish("policy", code, {"severity": severity, **values}, why)


def _scan(point, severity, why):
    return Wish("scan", point, {"severity": severity}, why)


def _expiry(warn, stop, pull, tell, why):
    days = {"warn": warn, "stop": stop, "pull": pull}
    values = {
        **{f"{name}_unit": "days" for name in days},
        **{f"{name}_at": at for name, at in days.items()},
        "tell_from": tell,
        "hold_from": "expired",
    }
    return Wish("expiry", "goods", values, why)


def _retention(years, basis, why):
    return Wish("retention", "goods", {"years": years, "basis": basis}, why)


def _deadline(name, hold, notice, answered, accounted, closed, escalate, why):
    hours = {
        "hold_hours": hold,
        "notice_hours": notice,
        "answered_hours": answered,
        "accounted_hours": accounted,
        "closed_hours": closed,
        "escalate_hours": escalate,
    }
    return Wish("deadline", name, hours, why)


def _drill(months, scheme, why):
    return Wish("drill", "plan", {"months": months, "drill_scheme": scheme}, why)


def _recall(name, value, why):
    return Wish("recall", name, {name: value}, why)


_QUARANTINE = Wish(
    "place", "quarantine", {}, _("Goods on hold get a place of their own, out of everybody's way.")
)
_EXPIRED = _policy("expired", "block", _("Nothing is delivered, sold or used after its date."))
_SERIAL = _policy("duplicate_serial", "block", _("A serial number exists once in the world."))
_COUNTED = _("Numbers are scanned, so that they are right. Nobody is stopped; it is counted.")
_ASKED = _("A typed number is often a wrong one: whoever did not scan is asked to look again.")
_TYPED = _policy("typed_no_reason", "warn", _("Who types a number says why it cannot be scanned."))
_OTHER = _policy(
    "other_number", "warn", _("Another unit than the reserved one: somebody should know.")
)
_TWO = _recall("trace_recall_two", True, _("What a recall stops and says is seen by two people."))

FOOD = Trade(
    _("Food and drink"),
    _("Lots with dates; recalls within hours; one step up, one step down."),
    (
        _EXPIRED,
        _policy("past_stop_sale", "block", _("Nothing is sold after its last day of sale.")),
        _policy(
            "short_life",
            "warn",
            _("A third of the life must be left when goods arrive, or they expire on the shelf."),
            min_life_percent=33,
        ),
        _policy(
            "no_number",
            "warn",
            _("Regulation (EC) 178/2002 and FSMA 204 ask which lot went where."),
        ),
        _policy("duplicate_serial", "warn", _("A number that is there twice is a wrong label.")),
        _scan("in", "note", _COUNTED),
        _scan("out", "note", _COUNTED),
        _expiry(
            30, 3, 1, "stop", _("Customers want days to eat it; nobody wants to search for it.")
        ),
        _retention(5, "expiry", _("Five years past the date: what EU guidance asks for at most.")),
        _QUARANTINE,
        _deadline(
            "I", 1, 4, 48, 168, 720, 1, _("Auditors give four hours; people eat in the meantime.")
        ),
        _drill(12, "brcgs", _("BRCGS, IFS and SQF want a test each year.")),
    ),
)
MEDICINE = Trade(
    _("Medicine"),
    _("Lots and serial numbers, cold chain, counterfeits; two people for each recall."),
    (
        _EXPIRED,
        _policy("past_stop_sale", "block", _("Nothing is sold after its last day of sale.")),
        _policy(
            "short_life",
            "warn",
            _("Patients take it for months: half a year must be left when goods arrive."),
            min_life_days=180,
        ),
        _policy("no_number", "block", _("Each pack's lot is on record, always.")),
        _SERIAL,
        _OTHER,
        _TYPED,
        _policy(
            "wrong_storage",
            "quarantine",
            _("What was kept too warm is looked at by Quality before anybody gets it."),
        ),
        _scan("in", "warn", _ASKED),
        _scan("out", "warn", _ASKED),
        _scan("till", "note", _COUNTED),
        _expiry(180, 30, 14, "warn", _("A pack lasts a patient a month.")),
        _retention(
            6, "expiry", _("DSCSA asks for six years, EU good distribution practice for five.")
        ),
        _QUARANTINE,
        _TWO,
        _recall("trace_recall_witnesses", 2, _("Destruction is seen by two people.")),
        _recall("trace_recall_proof", True, _("Destruction is proved by a receipt or a photo.")),
        _deadline(
            "I", 1, 8, 48, 240, 720, 1, _("What may harm seriously is stopped within the hour.")
        ),
        _drill(12, "own", _("Good distribution practice wants recalls tested each year.")),
    ),
)
DEVICES = Trade(
    _("Medical devices"),
    _("UDI with lot or serial number; sterile dates; who has which unit, for years."),
    (
        _EXPIRED,
        _policy("no_number", "block", _("The UDI's lot or serial number is on record, always.")),
        _SERIAL,
        _OTHER,
        _TYPED,
        _policy(
            "customer_wanted",
            "warn",
            _("In a recall only those can be called whose name was asked for at the till."),
        ),
        _scan("in", "warn", _ASKED),
        _scan("out", "warn", _ASKED),
        _scan("till", "note", _COUNTED),
        _expiry(90, 14, 7, "warn", _("Sterile goods lie in cupboards before they are used.")),
        _retention(
            15,
            "move",
            _(
                "EU 2017/745: ten years after the last one was sold, fifteen for implants. Look "
                "whether its kind is still sold before you purge."
            ),
        ),
        _QUARANTINE,
        _TWO,
        _drill(12, "own", _("Who was called once a year knows how to answer.")),
        Wish("warranty", "goods", {"trace_warranty_months": 24}, _("Two years, as EU law has it.")),
    ),
)
ELECTRONICS = Trade(
    _("Electronics and tools"),
    _("Serial numbers, warranty, returns of the right unit; slow recalls of many owners."),
    (
        _SERIAL,
        _policy("no_number", "warn", _("Without its number a unit has no warranty.")),
        _policy("other_number", "note", _("Warranty follows the unit that really left.")),
        _policy(
            "customer_wanted",
            "note",
            _("Owners can be told of a recall, and keep their warranty without a receipt."),
        ),
        _scan("in", "note", _COUNTED),
        _scan("out", "warn", _ASKED),
        _scan("till", "note", _COUNTED),
        _retention(10, "delivery", _("EU product liability ends ten years after the sale.")),
        _QUARANTINE,
        _drill(24, "own", _("The list of owners is worth a test every other year.")),
        Wish("warranty", "goods", {"trace_warranty_months": 24}, _("Two years, as EU law has it.")),
    ),
)
GENERAL = Trade(
    _("General goods"),
    _("A little of everything: numbers are recorded, little is stopped."),
    (
        _policy("duplicate_serial", "warn", _("A number that is there twice is a wrong label.")),
        _policy("no_number", "note", _("Who forgets numbers is seen on the desk of exceptions.")),
        _scan("in", "note", _COUNTED),
        _scan("out", "note", _COUNTED),
        _retention(10, "move", _("As long as books are kept in most countries.")),
        _drill(24, "own", _("Every other year somebody tries whether a recall would work.")),
    ),
)

#: All of them. Where two trades want different words the one that comes first is heard.
TRADES = {
    "food": FOOD,
    "medicine": MEDICINE,
    "devices": DEVICES,
    "electronics": ELECTRONICS,
    "general": GENERAL,
}
