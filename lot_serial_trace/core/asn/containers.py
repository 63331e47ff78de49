"""Files that hold files: ZIP archives and gzip.

Suppliers send a day's notices as one archive. It is opened in memory, one level deep,
with bounds on number, size and ratio: an archive of some kilobytes can unfold to
terabytes. Office documents are ZIP archives too and are left to their readers.
"""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from .errors import AsnError

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_GZIP = b"\x1f\x8b"
#: Members that are put at the start of an archive to say that it is a document.
_DOCUMENT_MEMBERS = frozenset({"[Content_Types].xml", "mimetype"})
#: What operating systems add to archives.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a container is unpacked before it is refused.

    :param members: files in one archive
    :param size: bytes of all files together, unpacked
    :param ratio: unpacked to packed, counted once ``free`` bytes are out
    """

    members: int = 1000
    size: int = 256 * 1024 * 1024
    ratio: int = 250
    free: int = 1024 * 1024


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a container; ``name`` has no folders."""

    name: str
    data: bytes


def is_container(data):
    """Whether ``data`` is an archive of files, and no document that happens to be one."""
    if data[:2] == _GZIP or data[:4] == _EMPTY_ZIP:
        return True
    return data[:4] == _ZIP and not _is_document(data)


def _is_document(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return not _DOCUMENT_MEMBERS.isdisjoint(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def unpack(data, filename="", bounds=BOUNDS):
    """Take the files out of a container.

    :param bytes data: a file for which :func:`is_container` holds
    :param str filename: names what a gzip file holds
    :param Bounds bounds: how much of it is unpacked
    :returns: list of :class:`Member`, at least one, in the order of the archive
    :raises AsnError: it is damaged, locked, empty or too big
    """
    try:
        if data[:2] == _GZIP:
            return [_gunzip(data, filename, bounds)]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, bounds)
            return list(_read_all(archive, members, bounds))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise AsnError("broken_archive", reason=str(error)[:200]) from error
    except NotImplementedError as error:
        raise AsnError("locked_archive") from error


def _gunzip(data, filename, bounds):
    budget = _budget(len(data), bounds)
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        content = file.read(budget + 1)
    if len(content) > budget:
        raise AsnError("archive_too_big", limit=budget)
    name = PurePosixPath(filename.replace("\\", "/")).name
    return Member(name.removesuffix(".gz").removesuffix(".GZ") or "unnamed", content)


def _budget(packed, bounds):
    """How many bytes may come out of so many."""
    return min(bounds.size, max(bounds.free, packed * bounds.ratio))


def _members(archive, bounds):
    members = [info for info in archive.infolist() if not _is_litter(info)]
    if not members:
        raise AsnError("empty_archive")
    if len(members) > bounds.members:
        raise AsnError("many_members", count=len(members), limit=bounds.members)
    if any(info.flag_bits & 1 for info in members):
        raise AsnError("locked_archive")
    return members


def _is_litter(info):
    path = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = path.name.lower() in _LITTER or path.name.startswith("._")
    return info.is_dir() or "__MACOSX" in path.parts or hidden


def _read_all(archive, members, bounds):
    """Read members, counting what comes out: the sizes in the archive may lie."""
    left = bounds.size
    for info in members:
        budget = min(left, _budget(info.compress_size, bounds))
        with archive.open(info) as file:
            content = file.read(budget + 1)
        if len(content) > budget:
            raise AsnError("archive_too_big", limit=budget)
        left -= len(content)
        yield Member(PurePosixPath(info.filename.replace("\\", "/")).name, content)
