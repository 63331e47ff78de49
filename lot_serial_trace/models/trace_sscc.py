from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.gs1 import SsccError, build_sscc
from ..core.gs1.sscc import capacity

#: Product id under which what is no product's number is claimed.
NO_PRODUCT = 0


class TraceSscc(models.AbstractModel):
    """Gives numbers to logistic units, each only once.

    Serial references come from an Odoo sequence of their own for each prefix and extension
    digit, whichever companies share it. It is a PostgreSQL sequence: two people who pack at once
    never wait for each other, and a number that was given and not used is lost.
    """

    _name = "trace.sscc"
    _description = "Numbers for Logistic Units"

    @api.model
    def _next(self, company, warehouse=None, count=1):
        """Numbers nobody has had: list of ``count`` SSCCs.

        :raises UserError: there is no prefix, or its numbers are used up
        """
        company.ensure_one()
        prefix, extension = self._numbering(company, warehouse)
        sequence = self._sequence(prefix, extension)
        given = self._take(sequence, prefix, extension, count)
        if self._known(given):
            # Somebody set the sequence back, or typed numbers in advance.
            self._skip_known(sequence, prefix, extension)
            given = self._take(sequence, prefix, extension, count)
        return given

    @api.model
    def _numbering(self, company, warehouse=None):
        """Prefix and extension digit of a place."""
        company = company.sudo()
        prefix = (warehouse and warehouse.sudo().trace_gs1_prefix) or company.trace_gs1_prefix
        if not prefix:
            raise UserError(
                self.env._(
                    "%s has no GS1 Company Prefix, so packages cannot get an SSCC. "
                    "Enter it in the settings, Traceability, Labels.",
                    company.name,
                )
            )
        return prefix, company.trace_sscc_extension or "0"

    @api.model
    def _sequence(self, prefix, extension):
        """The sequence of a prefix, made when it is needed first."""
        code = f"trace.sscc.{extension}.{prefix}"
        sequences = self.env["ir.sequence"].sudo()
        found = sequences.search([("code", "=", code)], limit=1)
        if found:
            return found
        self.env["trace.number.claim"].sudo()._claim([(NO_PRODUCT, code)])
        return sequences.create(
            {
                "name": self.env._(
                    "SSCC %(prefix)s, extension %(digit)s", prefix=prefix, digit=extension
                ),
                "code": code,
                "company_id": False,
                "number_next": self._first_free(prefix, extension),
            }
        )

    @api.model
    def _take(self, sequence, prefix, extension, count):
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        try:
            return [build_sscc(extension, prefix, serial) for (serial,) in rows]
        except SsccError as error:
            raise UserError(self.env._(error.template, **error.values)) from error

    @api.model
    def _known(self, numbers):
        packages = self.env["stock.package"].sudo()
        return bool(packages.search_count([("name", "in", numbers)], limit=1))

    @api.model
    def _skip_known(self, sequence, prefix, extension):
        sequence.number_next_actual = self._first_free(prefix, extension)

    @api.model
    def _first_free(self, prefix, extension):
        """The serial reference after the highest that a package bears."""
        self.env["stock.package"].flush_model(["name"])
        lead = extension + prefix
        ((last,),) = self.env.execute_query(
            SQL(
                """
                SELECT max(substr(name, %s, %s)::bigint) FROM stock_package
                WHERE name LIKE %s AND name ~ '^[0-9]{18}$'
                """,
                len(lead) + 1,
                17 - len(lead),
                f"{lead}%",
            )
        )
        return 1 if last is None else min(last + 1, capacity(prefix))
