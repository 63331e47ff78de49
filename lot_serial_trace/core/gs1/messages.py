"""What can be wrong with a scan, in sentences that say what to do.

Sentences are English templates marked for translation. A model puts them into the
user's language with ``env._(error.template, **error.values)``. The browser's reader
uses the same ones (``tools/gs1_table.py``).

Every template about a field may use ``%(ai)s``, ``%(title)s`` (the field's data title),
``%(character)s`` (where it is, counted from 1) and ``%(found)s`` (the text in question).
"""

from dataclasses import dataclass, field


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: Sentences of errors. In lenient reading some of them come as warnings.
ERRORS = {
    # the scan as a whole
    "empty": _("Nothing was read. Scan the label again."),
    "too_much": _(
        "%(length)s characters were read, but a label carries %(limit)s at most. "
        "Scan one label at a time."
    ),
    "gtin_length": _(
        "Character %(character)s: %(found)s is no GTIN: this kind of barcode carries %(wanted)s "
        "digits. Scan the barcode again."
    ),
    "gtin_check_digit": _(
        "Character %(character)s: the check digit of %(found)s must be %(expected)s. "
        "Scan again; if it stays, the label is wrong: tell the supplier."
    ),
    # fields
    "unknown_ai": _(
        "Character %(character)s: %(found)s does not begin with a GS1 application identifier. "
        "Scan again; if it stays, set the scanner to send the separator (FNC1) as GS, "
        "or have the label corrected."
    ),
    "no_ai": _(
        "Character %(character)s: %(found)s is no GS1 application identifier. "
        "Type the numbers from the label and tell the supplier."
    ),
    "no_value": _(
        "(%(ai)s) %(title)s, character %(character)s: the value is missing. "
        "Scan again or type it from the label."
    ),
    "too_short": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s has %(length)s characters, "
        "%(wanted)s are needed. Scan again or type it from the label."
    ),
    "too_long": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s has %(length)s characters, "
        "%(wanted)s at most are allowed. If another field follows it on the label, set the "
        "scanner to send the separator (FNC1) as GS."
    ),
    "repeated": _(
        "(%(ai)s) %(title)s, character %(character)s: the label says %(found)s and also %(other)s. "
        "Ask the supplier which one is right."
    ),
    # characters
    "not_digit": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not a digit. "
        "Scan again; check the keyboard layout of the scanner if it stays."
    ),
    "not_cset82": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not a character that GS1 allows "
        "here. Scan again; check the keyboard layout and the separator setting of the scanner."
    ),
    "not_cset39": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not allowed, only digits, "
        "capital letters, #, - and /. Scan again or have the label corrected."
    ),
    "not_cset64": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not allowed in a signature. "
        "Scan again or have the label corrected."
    ),
    # content
    "check_digit": _(
        "(%(ai)s) %(title)s, character %(character)s: the check digit of %(found)s must be "
        "%(expected)s. Scan again; if it stays, the label is wrong: tell the supplier."
    ),
    "check_pair": _(
        "(%(ai)s) %(title)s, character %(character)s: the check characters of %(found)s are wrong. "
        "Scan again; if it stays, the label is wrong: tell the supplier."
    ),
    "bad_date": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is no date. "
        "Read the date on the label and type it; tell the supplier."
    ),
    "bad_time": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is no time of day. "
        "Read it on the label and type it; tell the supplier."
    ),
    "zero": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s must not be zero. "
        "Scan again or have the label corrected."
    ),
    "not_zero": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s must be zero. "
        "Scan again or have the label corrected."
    ),
    "leading_zero": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s must not begin with zero. "
        "Scan again or have the label corrected."
    ),
    "only_digits": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s needs a character that is not a "
        "digit. Scan again or have the label corrected."
    ),
    "not_listed": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not a code of the list "
        "%(list)s. Scan again or have the label corrected."
    ),
    "company_prefix": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s does not begin with a GS1 company "
        "prefix. Scan again or have the label corrected."
    ),
    "bad_iban": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is no bank account number (IBAN). "
        "Scan again or have the label corrected."
    ),
    "bad_piece": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not a piece number and a total. "
        "Scan again or have the label corrected."
    ),
    "bad_sequence": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not a position in a sequence "
        "such as 1/3. Scan again or have the label corrected."
    ),
    "bad_percent": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is not a percent code like %%20. "
        "Scan again or have the label corrected."
    ),
    "bad_position": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is no latitude or longitude. "
        "Scan again or have the label corrected."
    ),
    "bad_padding": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is padded wrongly. "
        "Scan again or have the label corrected."
    ),
    "not_hyphen": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s must be a minus sign. "
        "Scan again or have the label corrected."
    ),
    "bad_coupon": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s is no complete coupon. "
        "Scan again or refuse the coupon."
    ),
    # typed or printed with brackets
    "bad_brackets": _(
        "Character %(character)s: %(found)s is neither an application identifier in brackets nor "
        "data. Type each field as (10)ABC; a bracket inside a value is typed \\(."
    ),
    # GS1 Digital Link
    "uri_compressed": _(
        "Character %(character)s: %(found)s is a compressed GS1 Digital Link, which cannot be read "
        "here. Type the numbers from the label."
    ),
    "uri_end": _(
        "Character %(character)s: the path of the GS1 Digital Link ends with %(found)s, which "
        "belongs to no field. Scan again or type the numbers from the label."
    ),
    "uri_order": _(
        "(%(ai)s) %(title)s, character %(character)s: this field cannot stand here in the path of "
        "a GS1 Digital Link. Type the numbers from the label and tell the supplier."
    ),
    "uri_attribute": _(
        "(%(ai)s) %(title)s, character %(character)s: this field cannot stand behind the question "
        "mark of a GS1 Digital Link. Type the numbers from the label and tell the supplier."
    ),
    "uri_path": _(
        "(%(ai)s) %(title)s, character %(character)s: this field belongs into the path of the GS1 "
        "Digital Link. Type the numbers from the label and tell the supplier."
    ),
    "uri_repeated": _(
        "(%(ai)s) %(title)s, character %(character)s: this field stands twice in the GS1 Digital "
        "Link. Type the numbers from the label and tell the supplier."
    ),
    # writing
    "no_key": _("A GS1 Digital Link needs a key such as a GTIN (01) or an SSCC (00). Add one."),
}

#: Sentences of warnings. The scan can be used.
WARNINGS = {
    "almost": _("Read as plain text, although it looks like GS1 data: %(reason)s"),
    "no_gtin": _(
        "%(found)s would be a GTIN with the check digit %(expected)s. "
        "If no product is found, scan or type it again."
    ),
    "restricted": _(
        "%(found)s is numbered for use inside a shop or company and may contain a price or weight. "
        "Look it up only among your own codes."
    ),
    "no_separator": _(
        "(%(ai)s) %(title)s, character %(character)s: %(found)s looks like another field. "
        "If the label shows two fields, set the scanner to send the separator (FNC1) as GS."
    ),
    "other_separator": _(
        "%(found)s was taken for the separator between fields. Set the scanner to send FNC1 as GS."
    ),
    "printed_brackets": _(
        "The barcode contains the brackets that belong into the text under it. Tell the supplier."
    ),
    "loose_bracket": _(
        "(%(ai)s) %(title)s, character %(character)s: the bracket was taken for a part of the "
        "value %(found)s. Compare it with the label."
    ),
    "no_symbology": _(
        "This barcode is not marked as GS1 but was read as GS1 data. Compare it with the label."
    ),
    "no_digital_link": _("This web address carries no GS1 key."),
    "requires": _(
        "(%(ai)s) %(title)s makes sense only together with %(others)s. "
        "Scan the other barcode of the label too."
    ),
    "excludes": _("(%(ai)s) %(title)s must not stand together with (%(other)s). Check the label."),
    "unserialised": _("(%(ai)s) %(title)s needs a serial part beside a signature (8030)."),
}


class Gs1Error(Exception):
    """The scan claims to be GS1 data and is not right.

    :param code: key into :data:`ERRORS`
    :param ai: application identifier of the field, if it is about one
    :param position: index into the scanned text where the fault begins
    :param values: what else the sentence needs
    """

    def __init__(self, code, *, ai=None, position=0, **values):
        super().__init__(code)
        self.code = code
        self.ai = ai
        self.position = position
        self.values = {"ai": ai, "character": position + 1} | values

    @property
    def template(self):
        """The sentence to translate; ``values`` belong into it."""
        return ERRORS[self.code]

    def __str__(self):
        return self.template % self.values

    def as_dict(self):
        """The error as JSON takes it, the same as in the browser."""
        return {
            "code": self.code,
            "ai": self.ai,
            "position": self.position,
            "message": str(self),
        }


@dataclass(frozen=True, slots=True)
class Gs1Warning:
    """Something odd about a scan that was read all the same.

    :param code: key into :data:`WARNINGS`, or into :data:`ERRORS` after lenient reading
    :param ai: application identifier of the field, if it is about one
    :param position: index into the scanned text
    :param values: dict for the sentence
    :param cause: the :class:`Gs1Error` behind an ``almost``; its sentence is ``%(reason)s``
    """

    code: str
    ai: str | None = None
    position: int = 0
    values: dict = field(default_factory=dict, hash=False)
    cause: Gs1Error | None = None

    @property
    def template(self):
        """The sentence to translate; ``values`` belong into it."""
        return WARNINGS.get(self.code) or ERRORS[self.code]

    @property
    def text(self):
        """The English sentence."""
        return self.template % self.values

    def as_dict(self):
        """The warning as JSON takes it, the same as in the browser."""
        return {
            "code": self.code,
            "ai": self.ai,
            "position": self.position,
            "message": self.text,
        }
