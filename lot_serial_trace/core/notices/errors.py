"""Why a file of notices, or a feed, could not be used as a whole."""

from ..asn.errors import AsnError


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> (what happened, what to do)
ERRORS = {
    "empty": (
        _("The file is empty"),
        _("It is asked for again later."),
    ),
    "too_big": (
        _("The file has %(size)s bytes; at most %(limit)s are read"),
        _("Set a filter or a shorter time on the feed, or allow bigger files."),
    ),
    "broken_json": (
        _("The JSON is damaged: %(reason)s"),
        _("It was cut off on its way. It is asked for again later."),
    ),
    "broken_xml": (
        _("The XML is damaged: %(reason)s"),
        _("It was cut off on its way. It is asked for again later."),
    ),
    "broken_csv": (
        _("The table is damaged: %(reason)s"),
        _("As a rule a quotation mark is never closed. Fetch the file again."),
    ),
    "bad_encoding": (
        _("The file says its characters are %(encoding)s, which cannot be read"),
        _("Save it in UTF-8 and upload it."),
    ),
    "dtd": (
        _("The XML brings a document type declaration (DOCTYPE)"),
        _("Such declarations can hide attacks and are never read. Remove it and upload the file."),
    ),
    "too_deep": (
        _("The file is nested too deep"),
        _("No notice looks like that. Check the feed's address."),
    ),
    "too_many_elements": (
        _("The file holds more than %(limit)s values"),
        _("Set a filter or a shorter time on the feed."),
    ),
    "too_many_names": (
        _("The file has more than %(limit)s different kinds of elements"),
        _("No notice looks like that. Check the feed's address."),
    ),
    "page": (
        _("This is a web page, not data: %(title)s"),
        _("Open the address in a browser: the service may be down, moved, or refuse machines."),
    ),
    "wrong_shape": (
        _("This is not what %(publisher)s publishes: %(found)s"),
        _("Check the feed's kind and address, or upload it as a table or JSON of another kind."),
    ),
    "unknown_format": (
        _("The file is neither JSON, XML nor a table with a header"),
        _("Save it as one of these, or type the notice in."),
    ),
    "no_columns": (
        _("No column tells a title or a product: %(headers)s"),
        _("Name a column title or product, one number, and if there are any gtin, lot, date."),
    ),
    "refused": (
        _("The service reports: %(reason)s"),
        _("Check filters and key of the feed. It is tried again later."),
    ),
}


class NoticeError(AsnError):
    """A file has no notice that could be read."""

    @property
    def message(self):
        """Template of the sentence that says what happened."""
        return ERRORS[self.code][0]

    @property
    def remedy(self):
        """Template of the sentence that says what to do."""
        return ERRORS[self.code][1]

    @classmethod
    def of(cls, error):
        """The same trouble as a reader of another kind of file has told it."""
        code = error.code if error.code in ERRORS else "unknown_format"
        return cls(code, error.line, error.column, **error.values)
