"""What may be wrong with a rule, for the person who writes it."""


def _(text):
    """Mark ``text`` for the translation template (gettext's N_ idiom)."""
    return text


FLAWS = {
    "no_conditions": _("The rule has no conditions: it would catch every lot. Add one."),
    "empty": _("%(kind)s: say which. A condition that names nothing would catch nothing or all."),
    "unknown_kind": _("There is no condition of the kind %(kind)s."),
    "too_many": _("%(kind)s: %(count)s at most. Use a range or a pattern, or a second rule."),
    "too_long": _("“%(text)s” is too long for a number."),
    "not_gtin": _("“%(text)s” is no GTIN: its length or its check digit is wrong."),
    "backwards": _("%(first)s to %(last)s: the range ends before it begins."),
    "not_alike": _(
        "%(first)s to %(last)s: the ends are written too differently to tell what lies between. "
        "Both need the same characters at the same places; letters and digits may count up, case "
        "and zeros are kept. Write several ranges, or a pattern."
    ),
    "not_as_long": _(
        "%(first)s to %(last)s: the ends are not equally long and more than one run of digits "
        "differs, or one begins with a zero. Write several ranges."
    ),
    "all_stars": _("The pattern “%(text)s” says nothing. Give at least one character or #."),
    "many_stars": _("The pattern “%(text)s” has more than %(count)s stars."),
    "open_escape": _("The pattern “%(text)s” ends with a lone backslash."),
    "days_backwards": _("%(kind)s: the last day is before the first."),
    "no_days": _("%(kind)s: give a first day, a last day or both."),
}


class CriteriaError(ValueError):
    """A rule that cannot be understood.

    :param key: of :data:`FLAWS`
    :param values: for its sentence
    """

    def __init__(self, key, **values):
        self.key = key
        self.values = values
        super().__init__(FLAWS[key] % values)
