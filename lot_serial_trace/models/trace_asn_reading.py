import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.tools import SQL

from ..core import asn as reading

_logger = logging.getLogger(__name__)


class TraceAsnReading(models.AbstractModel):
    """Has ``core/asn`` read a notice and stores what it says: a statement per model."""

    _name = "trace.asn.reading"
    _description = "Reading of Shipping Notices"

    @api.model
    def _read(self, asn, data):
        """Read a file into a notice, replacing what an earlier reading left.

        :param asn: the notice, in superuser mode
        :param bytes data: its original
        :return: None, or ``(what is wrong, what to do)`` in the user's language
        """
        try:
            with self.env.cr.savepoint():
                self._store(asn, reading.read(data, asn.file_name)[0])
        except reading.AsnError as error:
            return self._explain(error)
        except OperationalError:  # another transaction was in the way: Odoo tries again
            raise
        except Exception as error:  # a reader's bug must not cost the supplier's file
            _logger.exception("Reading shipping notice %s failed", asn.file_name)
            return (
                self.env._("Reading failed unexpectedly: %s", error),
                self.env._("The original is kept. Press Read again after the next update."),
            )

    @api.model
    def _explain(self, error):
        """An :class:`core.asn.AsnError` in the user's language."""
        wrong = self.env._(error.message, **error.values)
        if error.line:
            place = {"line": error.line, "column": error.column}
            wrong += " " + self.env._("(line %(line)s, column %(column)s)", **place)
        return wrong, self.env._(error.remedy, **error.values)

    @api.model
    def _store(self, asn, advice):
        """Write a :class:`core.asn.Advice` to a notice."""
        asn.unit_ids.unlink()
        asn.line_ids.unlink()
        asn.package_ids.unlink()
        asn.flaw_ids.unlink()
        asn.write(self._header(asn, advice))
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
