"""SQL of what is sealed: the text of an event, and its hash as a leaf.

The text is JSON: an array of strings, one for each column of a version in alphabetical order,
null where the column is. PostgreSQL makes it, so that a million events are hashed in seconds
without leaving the database: an array takes half the time of an object with names. Times are
written as ISO 8601 without a zone (UTC), for psycopg sets every connection to that; numbers as
they are kept.
"""

from odoo.tools import SQL

from ..core.sealing import FIELDS


def leaf_texts(version, where):
    """SQL of ``(id, text)`` of events, in the order of ids.

    :param where: SQL condition on ``trace_event``
    """
    return SQL("SELECT id, %s AS text FROM trace_event WHERE %s ORDER BY id", _text(version), where)


def leaves(version, where):
    """SQL of ``(id, leaf)`` of events: leaf hashes of RFC 9162."""
    return SQL("SELECT id, %s AS leaf FROM trace_event WHERE %s", leaf(version), where)


def leaf(version):
    """SQL of the leaf hash of a row that has the columns of an event, of whatever table."""
    return SQL("sha256('\\x00'::bytea || convert_to(%s, 'UTF8'))", _text(version))


def packed(version, where):
    """SQL of one row ``(events, ids, leaves)`` of events, packed as blocks keep them."""
    return SQL(
        """
        SELECT count(*) AS events, COALESCE(string_agg(int4send(id), '' ORDER BY id), '') AS ids,
            COALESCE(string_agg(leaf, '' ORDER BY id), '') AS leaves
        FROM (%s) l
        """,
        leaves(version, where),
    )


def _text(version):
    columns = SQL(", ").join(SQL("%s::text", SQL.identifier(name)) for name in FIELDS[version])
    return SQL("array_to_json(ARRAY[%s])::text", columns)
