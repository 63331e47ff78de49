"""What can be wrong with a captured document or one of its events, in words.

A flaw is a plain ``dict``, as it is kept with a capture job: ``code``, ``values`` for its
sentence, ``index`` and ``line`` of the event in the document (0: the document itself), ``field``.
"""


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


#: code -> sentence: what is wrong, and what to do.
FLAWS = {
    "missing": _("%(field)s is missing: EPCIS requires it here."),
    "not_allowed": _("%(field)s cannot be “%(value)s”: %(wanted)s."),
    "unknown_field": _(
        "%(field)s is no part of EPCIS here: correct the name, or put the prefix of your own "
        "vocabulary in front of it."
    ),
    "no_goods": _("It says nothing about which goods: add a list of EPCs or of quantities."),
    "master_data": _("ilmd belongs to events with the action ADD only."),
    "too_deep": _("Values are nested more than %(limit)s deep: nobody's event needs that."),
    "many_goods": _("It names more than %(limit)s identifiers: split the event."),
    "taken": _(
        "Another event with the eventID %(value)s was captured before and says something else: "
        "give this one its own identifier."
    ),
    "not_epcis": _("This is no EPCIS document (EPCISDocument or EPCISQueryDocument)."),
    "not_event": _("This is no EPCIS event in JSON."),
    "many_events": _("The document has more than %(limit)s events: send it in parts."),
    "too_big": _("The document is bigger than %(limit)s bytes: send it in parts."),
    "not_unicode": _("The document is not in UTF-8, as it should be."),
    "unreadable": _("The document cannot be read: %(reason)s"),
}
#: What a value must be, by the kind of value.
WANTED = {
    "word": _("a word of the Core Business Vocabulary, or your own URI"),
    "sensed": _("a word of the GS1 Web Vocabulary, or your own URI"),
    "uri": _("a URI without blanks; other characters than ASCII are percent-encoded"),
    "uris": _("a list of URIs, each of them once"),
    "objects": _("a list of objects"),
    "object": _("an object"),
    "time": _("a date and time with seconds and zone, such as 2026-01-31T08:00:00+01:00"),
    "offset": _("the zone where it happened, such as +01:00"),
    "action": _("ADD, OBSERVE or DELETE"),
    "type": _("one of the five types of EPCIS events"),
    "number": _("a number of at most 15 digits, without quotation marks"),
    "unit": _("2 or 3 capital letters or digits of UN/ECE Recommendation 20"),
    "text": _("a text that every database can hold"),
    "boolean": _("true or false"),
    "hex": _("hexadecimal digits"),
    "context": _("a JSON-LD context"),
    "version": _("1.0 to 2.0"),
}


class Refused(Exception):
    """A document of which nothing can be taken in.

    :ivar flaw: what is wrong
    """

    def __init__(self, code, line=0, **values):
        super().__init__(code)
        self.flaw = flaw(code, line=line, **values)

    def __str__(self):
        return told(self.flaw)


def flaw(code, index=0, line=0, field="", **values):
    """A flaw; ``field`` and ``value`` are cut where somebody sent a novel."""
    found = {name: str(value)[:200] for name, value in values.items()}
    field = field[:120]
    return {
        "code": code,
        "index": index,
        "line": line,
        "field": field,
        "values": {**found, "field": field or '""'},
    }


def told(found, translate=str):
    """The sentence of a flaw, with its place in front.

    >>> told(flaw("missing", 3, 41, "eventTime"))
    'Event 3 (line 41): eventTime is missing: EPCIS requires it here.'

    :param translate: function of a template that gives it in somebody's language
    """
    values = dict(found["values"])
    if "wanted" in values:
        values["wanted"] = translate(WANTED[values["wanted"]])
    text = translate(FLAWS[found["code"]]) % values
    if found["index"]:
        place = {"index": found["index"], "line": found["line"]}
        return translate(_("Event %(index)s (line %(line)s)")) % place + ": " + text
    line = {"line": found["line"]}
    return translate(_("Line %(line)s")) % line + ": " + text if found["line"] else text
