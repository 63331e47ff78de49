from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.fsma204 import GAPS
from . import trace_regulator_gap_sql as gaps
from . import trace_regulator_sql as sql
from .trace_regulator_request import LAWS

#: Orders in which food is transformed: operation -> model.
ORDERS = {"production": "mrp.production", "unbuild": "mrp.unbuild"}


class TraceRegulatorGap(models.Model):
    """What an authority would miss today: one row for each record that repairs it.

    Found set-wise, a statement for each law, in what moved in the years that the company looks
    at; made anew each night and whenever somebody opens the list. What is repaired is gone from
    it, and from what is told of the past: descriptions are read as they are today.
    """

    _name = "trace.regulator.gap"
    _description = "Missing for Authorities"
    _order = "must desc, code, row_count desc, id"
    _rec_name = "title"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    law = fields.Selection(LAWS, required=True, readonly=True)
    code = fields.Selection(
        lambda self: [(code, self.env._(gap.title)) for code, gap in GAPS.items()],
        "What is missing",
        required=True,
        readonly=True,
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", readonly=True)
    record_name = fields.Char("Record", compute="_compute_record_name")
    detail = fields.Char(readonly=True)
    lacks = fields.Char("In Particular", compute="_compute_words")
    row_count = fields.Integer("Movements", readonly=True, help="That are told without it")
    last_at = fields.Datetime("Last Movement", readonly=True)
    must = fields.Boolean("Wanted by Law", compute="_compute_must", store=True)
    title = fields.Char(compute="_compute_words")
    paragraph = fields.Char(compute="_compute_words")
    duty = fields.Char("Whose Duty", compute="_compute_words")
    repair = fields.Char("How to Repair", compute="_compute_words")

    _record_idx = models.UniqueIndex("(company_id, law, code, res_model, res_id)")

    @api.depends("code")
    def _compute_must(self):
        for gap in self:
            gap.must = GAPS[gap.code].must

    @api.depends("code", "detail")
    @api.depends_context("lang")
    def _compute_words(self):
        duties = self.env["trace.regulator"]._duties()
        parts = self._address_parts()
        for gap in self:
            known = GAPS[gap.code]
            gap.title = self.env._(known.title)
            gap.paragraph = known.paragraph
            gap.duty = duties[known.duty]
            gap.repair = self.env._(known.repair)
            addresses = gap.code in ("partner_address", "place_address")
            lacking = (gap.detail or "").split(",") if addresses else []
            gap.lacks = ", ".join(parts.get(part, part) for part in lacking)

    @api.model
    def _address_parts(self):
        return {
            "phone": self.env._("telephone"),
            "street": self.env._("street"),
            "city": self.env._("city"),
            "state": self.env._("state"),
            "zip": self.env._("ZIP"),
            "country": self.env._("country"),
        }

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """Names of the records, read together for each model."""
        for model, mine in self.grouped("res_model").items():
            records = self.env[model].sudo() if model in self.env else None
            ids = mine.mapped("res_id")
            names = {}
            if records is not None:
                names = {one.id: one.display_name for one in records.browse(ids).exists()}
            for gap in mine:
                gap.record_name = names.get(gap.res_id) or gap.detail or ""

    # -- finding --------------------------------------------------------------

    @api.model
    def _refresh(self, companies):
        """Find what is missing: a constant number of statements for each company."""
        self.env.flush_all()
        for company in companies.sudo():
            self.env.cr.execute(
                SQL("DELETE FROM trace_regulator_gap WHERE company_id = %s", company.id)
            )
            for law, tables, found in self._searches(company):
                self.env.cr.execute(gaps.insert(law, company.id, self.env.uid, tables, found))
            self.env.cr.execute(self._judge(company))
        self.invalidate_model()

    @api.model
    def _judge(self, company):
        """SQL that says which of them the law wants."""
        return SQL(
            "UPDATE trace_regulator_gap SET must = code != ALL(%s) WHERE company_id = %s",
            [code for code, gap in GAPS.items() if not gap.must],
            company.id,
        )

    @api.model
    def _searches(self, company):
        """``(law, common tables, queries)`` of each law."""
        since = fields.Datetime.now() - relativedelta(years=company.trace_fsma_years or 2)
        recent, business = SQL("e.event_time >= %s", since), SQL("NOT %s", sql.consumer())
        condition = SQL("%s AND %s", recent, business)
        moved = gaps.movements([company.id], condition, condition)
        orders = {name: model for name, model in ORDERS.items() if model in self.env}

        def tables(regime, *more):
            return SQL(", ").join([sql.goods(regime), sql.places(), *more])

        yield (
            "fsma204",
            tables("ftl", moved),
            [
                *gaps.of_products(),
                *gaps.of_lots(),
                *gaps.of_partners(),
                *gaps.of_documents(),
                *gaps.of_operations(company.id, since, orders),
                *gaps.of_plan(company.id),
            ],
        )
        yield (
            "food178",
            tables("food", moved),
            gaps.of_documents(("food_supplier", "food_customer"), references=False),
        )
        for law, regime in (("dscsa", "drug"), ("udi", "device")):
            yield law, tables(regime), gaps.of_regime(law, company.id)

    @api.model
    def _cron_refresh(self):
        """Find what is missing, company by company, each committed."""
        commit = self.env["ir.cron"]._commit_progress
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        commit(remaining=len(companies))
        for company in companies:
            self._refresh(company)
            if not commit(1):
                return

    # -- buttons --------------------------------------------------------------

    @api.model
    def _open_now(self):
        """Find what is missing now and show it."""
        self.check_access("read")
        self.sudo()._refresh(self.env.companies)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "lot_serial_trace.action_trace_regulator_gap"
        )

    def action_repair(self):
        """Open the record that repairs it."""
        self.ensure_one()
        self.check_access("read")
        if self.code == "no_plan":
            return self.env["ir.actions.act_window"]._for_xml_id(
                "lot_serial_trace.action_trace_regulator_plan"
            )
        known = self.res_model in self.env
        record = known and self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("This record no longer exists."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "view_mode": "form",
        }
