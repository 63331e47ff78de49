import logging

from odoo import api, models
from odoo.tools import SQL

from ..core import asn as reading
from ..core.asn.versions import content_key

_logger = logging.getLogger(__name__)


class TraceAsnReading(models.AbstractModel):
    """Has ``core/asn`` read a notice and stores what it says: a statement per model."""

    _name = "trace.asn.reading"
    _description = "Reading of Shipping Notices"

    @api.model
    def _read(self, exchange):
        """Make notices of what a file says.

        :param exchange: the arrival, in superuser mode
        :return: notices that were made and notices that were here already
        :raises AsnError: nothing can be read
        """
        made = known = self.env["trace.asn"].sudo()
        for position, advice in enumerate(self._advices(exchange), 1):
            key = content_key(advice)
            same = made._same_content(exchange.company_id, advice, key)
            if same:
                self._say_again(same, exchange)
                known |= same
            else:
                asn = self._new(exchange, position)
                self._store(asn, advice, key)
                made |= asn
        return made, known

    @api.model
    def _advices(self, exchange):
        """What ``core/asn`` reads in the original."""
        data, mappings = exchange._original(), self._mappings(exchange)
        advices = reading.read(data, exchange.name, mappings=mappings)
        taken = exchange.channel_id._formats() or {advice.format for advice in advices}
        for advice in advices:
            if advice.format not in taken:
                names = ", ".join(sorted(taken))
                raise reading.AsnError("format_not_taken", found=advice.format, taken=names)
        return advices

    @api.model
    def _mappings(self, exchange):
        """How suppliers name the columns of their tables."""
        return self.env["trace.asn.mapping"]._core_mappings(exchange.company_id)

    @api.model
    def _new(self, exchange, position):
        return (
            self.env["trace.asn"]
            .sudo()
            .with_context(mail_create_nolog=True)
            .create(
                {
                    "name": exchange.name,
                    "exchange_id": exchange.id,
                    "position": position,
                    "company_id": exchange.company_id.id,
                }
            )
        )

    @api.model
    def _say_again(self, asns, exchange):
        for asn in asns:
            asn.message_post(body=self.env._("The same notice arrived again: %s", exchange.name))

    @api.model
    def _read_again(self, asn):
        """Read one notice again in its original, replacing what an earlier reading left.

        :param asn: the notice, in superuser mode
        :raises AsnError: it is not there any more for today's reader
        """
        advice = self._advices(asn.exchange_id)[asn.position - 1]
        self._store(asn, advice, content_key(advice))

    @api.model
    def _explain(self, error):
        """What is wrong and what to do, in the user's language.

        :param error: :class:`core.asn.AsnError`
        """
        wrong = self.env._(error.message, **error.values)
        if error.line and error.column:
            place = {"line": error.line, "column": error.column}
            wrong += " " + self.env._("(line %(line)s, column %(column)s)", **place)
        elif error.line:
            wrong += " " + self.env._("(line %s)", error.line)
        return wrong, self.env._(error.remedy, **error.values)

    @api.model
    def _log(self, name):
        _logger.exception("Reading shipping notice %s failed", name)

    @api.model
    def _store(self, asn, advice, key):
        """Write a :class:`core.asn.Advice` to a notice."""
        asn.unit_ids.unlink()
        asn.line_ids.unlink()
        asn.package_ids.unlink()
        asn.flaw_ids.unlink()
        asn.write({**self._header(asn, advice), "content_key": key})
        packages = self._packages(asn, advice)
        lines = (
            self.env["trace.asn.line"]
            .sudo()
            .create([self._line(asn, line, packages) for line in advice.lines])
        )
        self._insert_units(asn, lines, advice, packages)
        self.env["trace.asn.flaw"].sudo().create(
            [self._flaw(asn, flaw, advice.flaw_counts) for flaw in advice.flaws]
        )

    @api.model
    def _header(self, asn, advice):
        supplier, ship_to = advice.supplier, advice.ship_to
        same = (
            "format version profile action type_code issued despatched expected_from "
            "expected_until note carrier shipment"
        )
        return {
            **self._sent(**{name: getattr(advice, name) for name in same.split()}),
            "name": advice.number or asn.file_name,
            "numbered": bool(advice.number),
            "tracking_number": advice.tracking,
            "order_names": advice.order_numbers,
            "supplier_name": supplier and supplier.label,
            "supplier_gln": supplier and supplier.gln,
            "supplier_identifiers": supplier and self._identifiers(supplier),
            "supplier_key": supplier and self._key(supplier),
            "ship_to_name": ship_to and ship_to.label,
            "ship_to_gln": ship_to and ship_to.gln,
            "flaw_count": sum(advice.flaw_counts.values()),
            "unit_count": sum(len(line.units) for line in advice.lines),
        }

    @api.model
    def _identifiers(self, party):
        """Identifiers of a party: kind -> values, in the order in which they are trusted."""
        found = {
            kind: party.values(kind) for kind in ("gln", "vat", "registry", "other", "account")
        }
        found["endpoint"] = [party.endpoint] if party.endpoint else []
        found["name"] = list(dict.fromkeys(filter(None, (party.name, party.legal_name))))
        found["country"] = [party.country] if party.country else []
        return {kind: values for kind, values in found.items() if values}

    @api.model
    def _key(self, party):
        """What tells that two notices come from the same supplier: its best identifier."""
        for kind, values in self._identifiers(party).items():
            if kind != "country":
                return f"{kind}:{values[0]}"
        return False

    @api.model
    def _packages(self, asn, advice):
        """Create the packages; returns them in the order of their keys."""
        packages = (
            self.env["trace.asn.package"]
            .sudo()
            .create(
                [
                    self._sent(
                        asn_id=asn.id,
                        name=package.number,
                        sscc=package.sscc,
                        type_code=package.type_code,
                        source_line=package.source_line,
                    )
                    for package in advice.packages
                ]
            )
        )
        for package in advice.packages:
            if package.parent is not None:
                packages[package.key].parent_id = packages[package.parent]
        return packages

    @api.model
    def _line(self, asn, line, packages):
        return self._sent(
            asn_id=asn.id,
            name=line.number,
            item=line.name,
            quantity=line.quantity,
            quantity_known=line.quantity is not None,
            unit_code=line.unit,
            pack_size=line.pack_size,
            outstanding=line.outstanding,
            outstanding_reason=line.outstanding_reason,
            gtin_sent=line.gtin_sent,
            gtin=line.gtin,
            supplier_code=line.supplier_code,
            buyer_code=line.buyer_code,
            order_name=line.order,
            order_line_name=line.order_line,
            note=line.note,
            unit_count=len(line.units),
            package_ids=[packages[key].id for key in line.packages],
            source_line=line.source_line,
            source_path=line.source_path,
        )

    @api.model
    def _insert_units(self, asn, lines, advice, packages):
        """Insert all lots and serials by one statement: there may be 100,000 of them."""
        rows = [
            (
                line.id,
                unit.number or None,
                unit.serial or None,
                unit.lot or None,
                None if unit.quantity is None else float(unit.quantity),
                unit.expiry,
                unit.best_before,
                unit.made,
                unit.trace_id or None,
                None if unit.package is None else packages[unit.package].id,
                unit.source_line,
            )
            for line, sent in zip(lines, advice.lines, strict=True)
            for unit in sent.units
        ]
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_asn_unit (asn_id, line_id, name, serial, lot, quantity, expiry,
                    best_before, made, trace_id, package_id, source_line, quantity_known)
                SELECT %s, u.*, u.quantity IS NOT NULL FROM unnest(%s::int[], %s::varchar[],
                    %s::varchar[], %s::varchar[], %s::float[], %s::date[], %s::date[], %s::date[],
                    %s::varchar[], %s::int[], %s::int[]) AS u(line_id, name, serial, lot, quantity,
                    expiry, best_before, made, trace_id, package_id, source_line)
                """,
                asn.id,
                *columns,
            )
        )
        self.env["trace.asn.unit"].invalidate_model()
        asn.invalidate_recordset(["unit_ids"])
        lines.invalidate_recordset(["unit_ids"])
        packages.invalidate_recordset(["unit_ids"])

    @api.model
    def _sent(self, **values):
        """Values for ``create``: what was not sent is NULL, not an empty text."""
        return {name: value or False for name, value in values.items()}

    @api.model
    def _flaw(self, asn, flaw, counts):
        values = {
            name: value if isinstance(value, (str, int)) else str(value)
            for name, value in flaw.values.items()
        }
        return {
            "asn_id": asn.id,
            "code": flaw.code,
            "severity": flaw.kind.severity,
            "rule": flaw.kind.rule,
            "values": values,
            "source_line": flaw.line,
            "source_path": flaw.path,
            "times": counts[flaw.code],
        }
