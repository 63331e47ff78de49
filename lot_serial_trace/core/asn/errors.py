"""Why a file was refused as a whole.

A value that is wrong never refuses a notice: it becomes a
:class:`~.flaws.Flaw` and the rest is read. An :class:`AsnError` says that there is
no notice to speak of, where reading stopped, and what the reader can do.
"""


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> (what happened, what to do). Both may hold ``%(name)s`` placeholders.
ERRORS = {
    "empty": (
        _("The file is empty"),
        _("Ask the supplier to send it again."),
    ),
    "too_big": (
        _("The file has %(size)s bytes; at most %(limit)s are read"),
        _("Ask the supplier for one notice per shipment."),
    ),
    "unknown_format": (
        _("This is %(found)s, not a shipping notice that can be read"),
        _("Ask the supplier for one of: %(supported)s."),
    ),
    "broken_xml": (
        _("The XML is damaged: %(reason)s"),
        _("The file was cut off or changed on its way. Ask the supplier to send it again."),
    ),
    "broken_json": (
        _("The JSON is damaged: %(reason)s"),
        _("The file was cut off or changed on its way. Ask the supplier to send it again."),
    ),
    "bad_encoding": (
        _("The file says its characters are %(encoding)s, which cannot be read"),
        _("Ask the supplier for the file in UTF-8."),
    ),
    "dtd": (
        _("The XML brings a document type declaration (DOCTYPE)"),
        _("Such declarations can hide attacks and are never read. Ask the supplier for plain XML."),
    ),
    "format_not_taken": (
        _("This is %(found)s, but the channel takes only %(taken)s"),
        _("Ask the supplier for one of these formats, or allow it on the channel."),
    ),
    "broken_archive": (
        _("The archive is damaged: %(reason)s"),
        _("The file was cut off or changed on its way. Ask the supplier to send it again."),
    ),
    "locked_archive": (
        _("The archive is locked by a password or packed in a way that cannot be opened"),
        _("Unpack it and upload the files, or ask the supplier for a plain ZIP archive."),
    ),
    "empty_archive": (
        _("The archive holds no file"),
        _("Ask the supplier to send it again."),
    ),
    "many_members": (
        _("The archive holds %(count)s files; at most %(limit)s are taken"),
        _("Unpack it and upload the files in smaller groups."),
    ),
    "archive_too_big": (
        _("A file in the archive unfolds to more than %(limit)s bytes"),
        _("No shipping notice is that big. Ask the supplier what was sent."),
    ),
    "nested_archive": (
        _("The archive holds another archive"),
        _("Unpack it and upload the inner archive."),
    ),
    "too_deep": (
        _("Elements are nested more than %(limit)s deep"),
        _("No shipping notice looks like that. Ask the supplier what was sent."),
    ),
    "too_many_elements": (
        _("One part of the document holds more than %(limit)s elements"),
        _("Ask the supplier to split the shipment over several lines or notices."),
    ),
    "too_many_notices": (
        _("The file holds more than %(limit)s shipping notices"),
        _("Ask the supplier to send them in several files."),
    ),
    "too_many_names": (
        _("The document has more than %(limit)s different kinds of elements"),
        _("No shipping notice looks like that. Ask the supplier what was sent."),
    ),
    "wrong_document": (
        _("This is %(found)s, not a shipping notice"),
        _("Ask the supplier for the despatch advice (ASN) of this shipment."),
    ),
    "no_message": (
        _("The %(found)s holds no message"),
        _("The file was cut off on its way or sent by mistake. Ask the supplier to send it again."),
    ),
    "no_separators": (
        _("It cannot be told how segments are divided in the X12 interchange"),
        _("The file was changed on its way. Ask the supplier to send it again, unchanged."),
    ),
    "long_segment": (
        _("A segment is longer than %(limit)s characters"),
        _("Its end sign is missing. Ask the supplier to send the file again, unchanged."),
    ),
    "too_much": (
        _("The file has more than %(limit)s %(kind)s"),
        _("No shipment is that big. Ask the supplier for one notice per shipment."),
    ),
    "too_many_segments": (
        _("The file has more than %(limit)s segments"),
        _("Ask the supplier for one notice per shipment."),
    ),
    "broken_workbook": (
        _("The workbook cannot be opened: %(reason)s"),
        _("Open it in a spreadsheet program and save it again as XLSX, without a password."),
    ),
    "broken_csv": (
        _("The table is damaged: %(reason)s"),
        _("As a rule a quotation mark is never closed. Ask the supplier to send it again."),
    ),
    "too_many_columns": (
        _("A row has more than %(limit)s cells"),
        _("No shipping notice looks like that. Ask the supplier what was sent."),
    ),
    "too_many_numbers": (
        _("The file lists more than %(limit)s lot or serial numbers"),
        _("Ask the supplier to split the shipment over several notices."),
    ),
    "unknown_columns": (
        _("This is a table, but its columns could not be told: %(headers)s"),
        _("Press Map Columns and say once what is in them; files like this are read then."),
    ),
}


class AsnError(Exception):
    """The document cannot be read at all.

    :param code: key of :data:`ERRORS`
    :param line: line in the file, from 1; 0 when it has no place
    :param column: column in the line, from 1; 0 when unknown
    :param values: dict for the placeholders of message and remedy
    """

    def __init__(self, code, line=0, column=0, **values):
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column
        self.values = values

    @property
    def message(self):
        """Template of the sentence that says what happened."""
        return ERRORS[self.code][0]

    @property
    def remedy(self):
        """Template of the sentence that says what to do."""
        return ERRORS[self.code][1]

    @property
    def text(self):
        """Both sentences and the place, in English, for logs and machines."""
        column = f", column {self.column}" if self.column else ""
        place = f" (line {self.line}{column})" if self.line else ""
        return f"{self.message % self.values}{place}. {self.remedy % self.values}"

    def __str__(self):
        return self.text


class UnsupportedFormat(AsnError):
    """The file is something, but nothing that a reader exists for."""

    def __init__(self, found, supported):
        super().__init__("unknown_format", found=found, supported=supported)


class UnknownColumns(AsnError):
    """A table whose columns nobody told yet.

    :param str sheet: name of the sheet; empty for a text file
    :param int row: number of the row that looks like the header
    :param list headers: texts of that row
    :param list sample: the first rows below it, as texts
    """

    def __init__(self, sheet, row, headers, sample):
        shown = ", ".join(header for header in headers if header)[:500] or "–"
        super().__init__("unknown_columns", line=row, headers=shown)
        self.sheet = sheet
        self.row = row
        self.headers = headers
        self.sample = sample
