from odoo import api, models
from odoo.tools import SQL, format_date

from . import trace_regulator_sql as sql


class TraceRegulatorNotes(models.AbstractModel):
    """What the reader of a file should know: how it was made, and what is not in it."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.regulator"

    @api.model
    def _fsma204_notes(self, request, scope):
        yield self.env._(
            "21 CFR part 1, subpart S; made under 1.1455(c)(3)(ii). Enforced from %s, as the "
            "company's settings say.",
            format_date(self.env, request.company_id.trace_fsma_from),
        )
        yield self.env._(
            "Columns are those of the Produce Traceability Initiative's sheets, version 2.1; "
            "columns to the right of them complete the key data elements. Names of locations are "
            "described on the sheet Locations, names of products on the sheet Products."
        )
        yield self._clock_note()
        yield self.env._(
            "Transformation: one row for each lot of listed food used and each lot that came of "
            "it; quantities are those of the whole order and are repeated where a lot stands in "
            "several rows."
        )
        yield self.env._(
            "Shipments to consumers are no shipments under the rule and are not listed: %s. "
            "Sales over the counter are not listed either.",
            self._consumers(scope),
        )
        yield self.env._(
            "Harvesting and cooling are told as far as the suppliers told them. What is missing "
            "is counted on the sheet Missing."
        )

    @api.model
    def _food178_notes(self, request, _scope):
        yield self.env._(
            "Regulation (EC) 178/2002, article 18, in application since %s. Final consumers are "
            "not listed.",
            format_date(self.env, request.company_id.trace_food_from),
        )
        yield self._clock_note()

    @api.model
    def _dscsa_notes(self, request, _scope):
        company = request.company_id
        yield self.env._(
            "Transaction information under section 581(26) of the FD&C Act, in force for all "
            "trading partners from %s, as the company's settings say.",
            format_date(self.env, company.trace_dscsa_from),
        )
        yield self._history_note(company)
        yield self._clock_note()

    @api.model
    def _udi_notes(self, request, scope):
        yield self.env._(
            "Regulation (EU) 2017/745, articles 25 and 27, in application since %s. UDI-DI is the "
            "GTIN of the device.",
            format_date(self.env, request.company_id.trace_mdr_from),
        )
        if not scope.get("consumers"):
            yield self.env._("Persons who bought devices are not named.")
        yield self._clock_note()

    @api.model
    def _clock_note(self):
        return self.env._(
            "Days and times are those of the clock of the place, which the column Time Zone "
            "names. Quantities are in the unit beside them. Movements are read from the "
            "append-only ledger, with corrections made later; descriptions are as known today."
        )

    @api.model
    def _history_note(self, company):
        return self.env._(
            "A transaction history is no longer part of it: the requirement ended on %s.",
            format_date(self.env, company.trace_dscsa_th_until),
        )

    @api.model
    def _consumers(self, scope):
        """How many shipments of listed food went to consumers."""
        condition = sql.consumer()
        [(count,)] = self.env.execute_query(
            SQL(
                "WITH %s SELECT %s",
                self._tables("ftl", scope),
                self._count("ftl", "out", scope, condition),
            )
        )
        return count

    # -- statements -----------------------------------------------------------

    @api.model
    def _statements(self, law):
        """What the company states on paper, sentence by sentence."""
        if law != "dscsa":
            return []
        return [
            self.env._("Transaction statement (section 581(27) of the FD&C Act). We state that we"),
            self.env._("– are authorized as required under the Act,"),
            self.env._("– received the product from a person that is authorized,"),
            self.env._(
                "– received transaction information and a transaction statement from the previous "
                "owner, as the law requires them,"
            ),
            self.env._("– did not knowingly ship a suspect or illegitimate product,"),
            self.env._("– have systems and processes in place to verify products,"),
            self.env._("– did not knowingly provide false transaction information."),
        ]
