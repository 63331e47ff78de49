"""Parquet files of ledger entries: from and to CSV as PostgreSQL's COPY speaks it.

Nothing is held in memory but one group of rows, whatever the size of a month. The library is
optional: without it everything else of the add-on works, and this says what to install.
"""

import os
import threading

from .archive import (
    COLUMNS,
    DECIMAL,
    DECIMAL_DIGITS,
    INT,
    LEAF,
    SCALE,
    TIME,
    ArchiveTrouble,
)

try:
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet
except ImportError:
    pyarrow = None

#: Rows that are written, and read, at once.
GROUP = 65_536
_BLOCK = 4 * 1024 * 1024
HASH = 32


def available():
    """Whether the library is installed."""
    return pyarrow is not None


def require():
    """Refuse to work without the library.

    :raises ArchiveTrouble: ``no_pyarrow``
    """
    if pyarrow is None:
        raise ArchiveTrouble("no_pyarrow")


def schema():
    """The columns of a file with Arrow's types."""
    types = {
        INT: pyarrow.int32(),
        TIME: pyarrow.timestamp("us", tz="UTC"),
        DECIMAL: pyarrow.decimal128(38, DECIMAL_DIGITS),
    }
    fields = [pyarrow.field(name, types.get(kind, pyarrow.string())) for name, kind in COLUMNS]
    fields += [(SCALE, pyarrow.int8()), (LEAF, pyarrow.binary(HASH))]
    return pyarrow.schema(fields)


# -- writing ------------------------------------------------------------------------


def write(path, produce, metadata=None):
    """Write a file from CSV that somebody else produces; returns the number of rows.

    :param path: of the file; it must not exist
    :param produce: called with a binary file to write CSV into: the columns of :func:`schema` in
        their order without a header, times as ``YYYY-MM-DD HH:MM:SS.ffffff``, the hash in
        hexadecimal digits, nothing at all for NULL and ``""`` for an empty text
    :param metadata: dict of texts that the file says of itself
    """
    require()
    outlet, inlet = os.pipe()
    done = {}
    reader = threading.Thread(target=_write_from, args=(outlet, path, metadata, done))
    reader.start()
    try:
        with os.fdopen(inlet, "wb", buffering=_BLOCK) as source:
            produce(source)
    except BrokenPipeError:
        pass  # the other end says why
    finally:
        reader.join()
    if "error" in done:
        raise done["error"]
    return done["rows"]


def _write_from(outlet, path, metadata, done):
    """Write the file from the end of the pipe where the CSV comes out."""
    try:
        with os.fdopen(outlet, "rb", buffering=0) as source:
            done["rows"] = _write_groups(source, path, metadata)
    except Exception as error:
        done["error"] = error


def _write_groups(source, path, metadata):
    target = schema().with_metadata(metadata or {})
    rows = 0
    with pyarrow.parquet.ParquetWriter(
        path,
        target,
        compression="zstd",
        version="2.6",
        use_dictionary=[field.name for field in target if field.name not in ("id", LEAF)],
        write_statistics=True,
    ) as writer:
        for table in _groups(_parse(source)):
            writer.write_table(_typed(table, target), row_group_size=GROUP)
            rows += table.num_rows
    return rows


def _parse(source):
    """The batches of a CSV; an empty one has none."""
    first = source.read(1)
    if not first:
        return
    names = schema().names
    wire = {field.name: _wire_type(field) for field in schema()}
    yield from pyarrow.csv.open_csv(
        pyarrow.PythonFile(_Again(first, source), mode="r"),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_BLOCK),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=wire,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _wire_type(field):
    """How a column comes in the CSV: times without zone, hashes as text."""
    if field.name == LEAF:
        return pyarrow.string()
    return pyarrow.timestamp("us") if pyarrow.types.is_timestamp(field.type) else field.type


class _Again:
    """A stream with what was already read of it put back."""

    closed = False

    def __init__(self, first, source):
        self.first = first
        self.source = source

    def read(self, size=-1):
        first, self.first = self.first, b""
        return first or self.source.read(size)

    def close(self):
        pass


def _groups(batches):
    """Tables of about ``GROUP`` rows."""
    held, rows = [], 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= GROUP:
            yield pyarrow.Table.from_batches(held)
            held, rows = [], 0
    if rows:
        yield pyarrow.Table.from_batches(held)


def _typed(table, target):
    arrays = []
    for field in target:
        column = table.column(field.name)
        arrays.append(_hashes(column) if field.name == LEAF else column.cast(field.type))
    return pyarrow.Table.from_arrays(arrays, schema=target)


def _hashes(column):
    """Hexadecimal digits as hashes."""
    packed = bytes.fromhex("".join(column.to_pylist()))
    buffers = [None, pyarrow.py_buffer(packed)]
    return pyarrow.FixedSizeBinaryArray.from_buffers(pyarrow.binary(HASH), len(column), buffers)


# -- reading ------------------------------------------------------------------------


def count(path, name):
    """The number of rows that a file says it has.

    :raises ArchiveTrouble: ``unreadable``, ``no_pyarrow``
    """
    with _opened(path, name) as file:
        return file.metadata.num_rows


def leaves(path, name):
    """Yield ``(ids, hashes)`` of each group of rows: a list, and the hashes packed.

    :raises ArchiveTrouble: ``unreadable``, ``no_pyarrow``
    """
    for table in _tables(path, name, ["id", LEAF]):
        yield table.column("id").to_pylist(), b"".join(table.column(LEAF).to_pylist())


def to_csv(path, name):
    """Yield the groups of rows as CSV that PostgreSQL reads, the columns of the ledger only.

    Times are without zone, as the ledger keeps them, and hashes in hexadecimal digits.
    """
    for table in _tables(path, name, None):
        arrays = [_wire(table.column(column)) for column in table.column_names]
        plain = pyarrow.Table.from_arrays(arrays, names=table.column_names)
        sink = pyarrow.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(include_header=False)
        pyarrow.csv.write_csv(plain, sink, options)
        yield sink.getvalue().to_pybytes()


def _wire(column):
    if pyarrow.types.is_timestamp(column.type):
        return column.cast(pyarrow.timestamp("us"))
    if pyarrow.types.is_fixed_size_binary(column.type):
        return pyarrow.array([value.hex() for value in column.to_pylist()])
    return column.cast(pyarrow.string()) if pyarrow.types.is_decimal(column.type) else column


def _tables(path, name, columns):
    with _opened(path, name) as file:
        for batch in _safely(file.iter_batches(GROUP, columns=columns), name):
            yield pyarrow.Table.from_batches([batch])


def _safely(batches, name):
    try:
        yield from batches
    except (pyarrow.ArrowException, OSError) as error:
        raise ArchiveTrouble("unreadable", name=name, reason=error) from error


def _opened(path, name):
    require()
    try:
        return pyarrow.parquet.ParquetFile(path)
    except FileNotFoundError:
        raise ArchiveTrouble("missing", name=name) from None
    except (pyarrow.ArrowException, OSError) as error:
        raise ArchiveTrouble("unreadable", name=name, reason=error) from error
