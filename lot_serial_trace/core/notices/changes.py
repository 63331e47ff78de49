"""What is different in the new version of a notice, field by field."""

#: Differences that are told; more are counted only.
MOST = 200
_LONGEST = 4_000


def differences(before, after):
    """Compare two records as published.

    :returns: list of ``(field, text before, text after)``; fields of lists have their place
        in the name, ``Products.0.Name``
    """
    old, new = dict(_flat(before)), dict(_flat(after))
    names = [*old, *(name for name in new if name not in old)]
    return [
        (name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ][:MOST]


def _flat(value, path=""):
    """Pairs (field, text) of everything in a record."""
    if isinstance(value, dict):
        for name in sorted(value):
            yield from _flat(value[name], f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _flat(one, f"{path}.{at}" if path else str(at))
    elif value not in (None, ""):
        yield _clean(path), _clean(str(value)[:_LONGEST])


def _clean(text):
    """Fit for a database: without halves of characters and zeros."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
