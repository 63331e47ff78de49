import hashlib
import logging
import tempfile
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ..core.fsma204 import CTES, Told
from ..core.regulator.sheets import Sheet, write_csv, write_xlsx
from .trace_regulator_made import MADE
from .trace_regulator_request import LAWS, REGIMES

_logger = logging.getLogger(__name__)

#: Rows of a file that is made while somebody waits.
AT_ONCE = 20_000


class TraceRegulatorRequest(models.Model):
    """Files for an authority: made at once, or in the background where there is much to tell."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator.request"

    def _want(self, kind):
        """Have a file made; returns it, or nothing where that takes a while."""
        self.ensure_one()
        if not self.env.user.has_group("lot_serial_trace.group_trace_user"):
            raise AccessError(self.env._("Auditors read files. Users of the app make them."))
        self.check_access("read")
        self.sudo().write({"wanted": kind, "wanted_by_id": self.env.uid, "error": False})
        if self.count <= AT_ONCE:
            return self._make()
        self.sudo().state = "making"
        self.env.ref("lot_serial_trace.cron_regulator").sudo()._trigger()
        return self.env["trace.regulator.file"]

    def _make(self):
        """Make the file that somebody wants."""
        started = time.perf_counter()
        self.env.flush_all()
        with tempfile.TemporaryFile() as file:
            rows = self._write_file(file)
            content, digest = _read(file)
        made = self.env["trace.regulator.file"].sudo()
        made = made.create(
            {
                "name": self._file_name(),
                "request_id": self.id,
                "kind": self.wanted,
                "size": len(content),
                "sha256": digest,
                "rows": rows,
                "row_count": self.count,
                "made_at": fields.Datetime.now(),
                "seconds": time.perf_counter() - started,
                "user_id": self.wanted_by_id.id or self.env.uid,
            }
        )
        made._keep(content)
        self._answered(made)
        return made.sudo(False)

    def _write_file(self, file):
        """Write the file; returns dict title -> rows."""
        if self.wanted == "pdf":
            return self.env["trace.regulator"]._write_pdf(self, file)
        sheets = self.env["trace.regulator"]._sheets(self)
        if self.wanted == "csv":
            return write_csv(file, sheets)
        return write_xlsx(file, sheets, fields.Datetime.now())

    def _file_name(self):
        number = self.name.replace("/", "-")
        return f"{number}-{self.law}.{'zip' if self.wanted == 'csv' else self.wanted}"

    def _answered(self, made):
        quiet = self.sudo()
        quiet.write(
            {
                "state": "answered",
                "answered_at": self.answered_at or made.made_at,
                "wanted": False,
                "wanted_by_id": False,
            }
        )
        quiet.message_post(
            body=self.env._(
                "%(name)s: %(rows)s rows, SHA-256 %(digest)s",
                name=made.name,
                rows=made.row_count,
                digest=made.sha256,
            )
        )

    @api.model
    def _cron_make(self):
        """Make the files that wait, one by one."""
        commit = self.env["ir.cron"]._commit_progress
        waiting = self.search([("wanted", "!=", False)], order="id")
        commit(remaining=len(waiting))
        for request in waiting:
            user = request.wanted_by_id or self.env.user
            maker = request.with_user(user).with_context(
                lang=user.lang, tz=user.tz, allowed_company_ids=request.company_id.ids
            )
            try:
                with self.env.cr.savepoint():
                    maker._make()
            except Exception as error:
                _logger.exception("File for %s", request.name)
                says = str(error) if isinstance(error, UserError) else type(error).__name__
                request.write({"wanted": False, "state": "open", "error": says})
            if not commit(1):
                return

    # -- buttons --------------------------------------------------------------

    def action_xlsx(self):
        """Make the spreadsheet and download it."""
        return self._make_and_download("xlsx")

    def action_csv(self):
        """Make the CSV files and download them as one archive."""
        return self._make_and_download("csv")

    def action_pdf(self):
        """Make the PDF and download it."""
        return self._make_and_download("pdf")

    def _make_and_download(self, kind):
        made = self._want(kind)
        if made:
            # Unlike a mere download, this has the form read again: there is a file now.
            return {**made.action_download(), "target": "new"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The file has many rows and is made in the background: it appears here."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_file(self):
        """Download the latest file."""
        return self.file_ids.sorted("id")[-1:].action_download()


class TraceRegulator(models.AbstractModel):
    """The sheets of a request, and how many rows they come to."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _parts(self, law):
        """Title, way and conditions of the parts of an answer that are movements."""
        if law != "fsma204":
            return getattr(self, f"_{law}_ways")()
        return [
            (self.env._(cte.title), *self._fsma_part(code))
            for code, cte in CTES.items()
            if code not in MADE
        ]

    @api.model
    def _counts(self, law, scope):
        """How many rows there are of each part: list of ``(title, count)``, one query."""
        self.env.flush_all()
        parts = self._parts(law)
        regime = REGIMES[law]
        columns = [self._count(regime, way, scope, *more) for _title, way, more in parts]
        titles = [title for title, _way, _more in parts]
        if law == "fsma204":
            columns += [SQL("(SELECT count(*) %s)", self._made_from(code, scope)) for code in MADE]
            titles += [self.env._(CTES[code].title) for code in MADE]
        [counts] = self.env.execute_query(
            SQL("WITH %s SELECT %s", self._tables(regime, scope), SQL(", ").join(columns))
        )
        return list(zip(titles, counts, strict=True))

    @api.model
    def _sheets(self, request):
        """The sheets of a request: what was asked first, then the answer, row by row."""
        scope, unknown = request._scope()
        told = Told()
        yield Sheet(
            self.env._("Read me"),
            [self.env._("What"), self.env._("Says")],
            self._about(request, scope, unknown),
        )
        yield from getattr(self, f"_{request.law}_sheets")(scope, told)

    @api.model
    def _about(self, request, scope, unknown):
        """What the reader should know of the file: ``(caption, text)``."""
        company = request.company_id.sudo()
        yield (self.env._("Law"), self._law(request.law))
        yield (self.env._("Records of"), company.name)
        yield from self._address_of(company.partner_id)
        yield from request._words()
        if unknown:
            yield (self.env._("Lot codes not found"), ", ".join(unknown))
        now = format_datetime(self.env, fields.Datetime.now(), tz=scope["zone"])
        yield (self.env._("Made"), f"{now} ({scope['zone']})")
        for title, count in self._counts(request.law, scope):
            yield (self.env._("Rows: %s", title), str(count))
        for text in getattr(self, f"_{request.law}_notes")(request, scope):
            yield (self.env._("Note"), text)

    @api.model
    def _law(self, law):
        model = self.env["trace.regulator.request"]
        return dict(model._fields["law"]._description_selection(self.env)).get(law, dict(LAWS)[law])

    @api.model
    def _address_of(self, partner):
        [known] = self._locations(partner.ids) or [{}]
        for caption, key in (
            (self.env._("Street"), "street"),
            (self.env._("City"), "city"),
            (self.env._("State"), "state"),
            (self.env._("ZIP"), "zip"),
            (self.env._("Country"), "country"),
            (self.env._("Telephone"), "phone"),
            (self.env._("GLN"), "gln"),
            (self.env._("FDA registration"), "ffrn"),
        ):
            if known.get(key):
                yield (caption, known[key])


def _read(file):
    """Content of a file and its SHA-256."""
    file.seek(0)
    content = file.read()
    return content, hashlib.sha256(content).hexdigest()
