from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, UserError

#: Fields of the mail modules: written by whoever may post.
_MAIL = ("message_", "activity_", "website_message_")


def refuse_forgery(records, vals, allowed):
    """Refuse that people write what machinery found or what a button decides.

    ``readonly`` on a field only tells the screen: a call by RPC and an import write it
    all the same. Machinery writes in superuser mode, after its own check of rights.

    :param records: the records to be written
    :param vals: values as given to ``write``
    :param allowed: names of the fields that people may write
    :raises UserError: there is another field in ``vals``
    """
    if records.env.su:
        return
    forged = [name for name in vals if name not in allowed and not name.startswith(_MAIL)]
    if forged:
        raise UserError(
            records.env._("This is kept as it was recorded: %s", ", ".join(sorted(forged)))
        )


@contextmanager
def again_if_taken():
    """Have the request run again when another one was first to write the same unique key.

    At its second run it sees what the first one wrote. Without this the person would read
    of a broken constraint: Odoo runs requests again after conflicts of rows, not of keys.
    """
    try:
        yield
    except UniqueViolation as error:
        raise ConcurrencyError(str(error)) from error
