import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..core.certificate_pdf import Facts
from ..core.regulator.pages import Certificate, Listing, Says, write_paper
from . import trace_regulator_sql as sql
from .trace_certificate_drawing import _profile
from .trace_guard import refuse_forgery

#: What people write.
TEXTS = {"records", "foods", "codes", "contact", "farm_text"}
#: Products and partners that are listed on paper.
PRINTED = 500


class TraceRegulatorPlan(models.Model):
    """The traceability plan (21 CFR 1.1315): how records are kept, foods found, codes assigned.

    People write the procedures; the paper adds what the database knows: the goods on the list,
    the own places, who assigns the codes of which supplier's goods. Put in force, a plan is kept
    as a PDF with its digest and is not changed any more; the next version supersedes it, and it
    is kept (two years, 1.1315(b)).
    """

    _name = "trace.regulator.plan"
    _description = "Traceability Plan"
    _inherit = ["mail.thread"]
    _order = "company_id, version desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("in_force", "In Force"), ("superseded", "Superseded")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    records = fields.Text(
        "How Records Are Kept",
        required=True,
        default=lambda self: self._standard("records"),
        help="Procedures, format and location of the records (a)(1)",
    )
    foods = fields.Text(
        "How Foods Are Found",
        required=True,
        default=lambda self: self._standard("foods"),
        help="How foods on the list are identified (a)(2)",
    )
    codes = fields.Text(
        "How Lot Codes Are Assigned",
        required=True,
        default=lambda self: self._standard("codes"),
        help="(a)(3)",
    )
    contact = fields.Text(
        "Point of Contact",
        required=True,
        default=lambda self: self._standard("contact"),
        help="Whom to ask about plan and records (a)(4)",
    )
    farm_text = fields.Text(
        "Farm Map", help="Fields with their names and coordinates, where food is grown (a)(5)"
    )
    in_force_at = fields.Datetime("In Force Since", readonly=True, copy=False)
    superseded_at = fields.Datetime("Superseded", readonly=True, copy=False)
    user_id = fields.Many2one("res.users", "Put in Force by", readonly=True, copy=False)
    content = fields.Binary("PDF", readonly=True, attachment=True, copy=False)
    file_name = fields.Char(readonly=True, copy=False)
    sha256 = fields.Char("SHA-256", readonly=True, copy=False)

    _one_version_idx = models.UniqueIndex("(company_id, version) WHERE version > 0")
    _one_in_force_idx = models.UniqueIndex("(company_id) WHERE state = 'in_force'")

    @api.depends("version", "company_id")
    def _compute_name(self):
        for plan in self:
            version = plan.version or self.env._("draft")
            plan.name = self.env._("Traceability plan, version %s", version)

    @api.model
    def _standard(self, part):
        """What stands there until somebody writes something better."""
        company = self.env.company
        return {
            "records": self.env._(
                "Each receipt, shipment and transformation is recorded when it is done in Odoo, by "
                "scan or by entry. The records are kept in the company's database (ledger of the "
                "app Traceability), sealed against change, for at least two years. They are handed "
                "over as an electronic sortable spreadsheet within 24 hours: Reports, Regulator, "
                "Requests of Authorities."
            ),
            "foods": self.env._(
                "Products on the Food Traceability List are marked by product category or product. "
                "New products are checked against the list before they are bought, made or sold; "
                "the list is compared with the FDA's when it changes."
            ),
            "codes": self.env._(
                "The traceability lot code of the supplier is kept; a new one is assigned only to "
                "what is packed for the first time, landed first or transformed here, and to what "
                "comes without one from a supplier who is exempt. It is the lot number of the "
                "manufacturing order or receipt, unique for each product."
            ),
            "contact": "\n".join(
                filter(None, (company.name, company.partner_id.phone, company.partner_id.email))
            ),
        }[part]

    def write(self, vals):
        """A plan in force is not changed: the next version supersedes it."""
        refuse_forgery(self, vals, TEXTS | {"company_id"})
        if not self.env.su and vals.keys() & TEXTS and any(p.state != "draft" for p in self):
            raise UserError(self.env._("This plan has been put in force. Make a new version."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("Plans that were in force are kept."))

    # -- buttons --------------------------------------------------------------

    def action_put_in_force(self):
        """Make the paper and put the plan in force; the one before is superseded."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("This plan has been put in force. Make a new version."))
        now, quiet = fields.Datetime.now(), self.sudo()
        before = quiet.search([("company_id", "=", self.company_id.id), ("version", ">", 0)])
        before.filtered(lambda plan: plan.state == "in_force").write(
            {"state": "superseded", "superseded_at": now}
        )
        before.flush_recordset()
        quiet.write(
            {
                "version": max(before.mapped("version"), default=0) + 1,
                "state": "in_force",
                "in_force_at": now,
                "user_id": self.env.uid,
            }
        )
        quiet._keep_paper()

    def action_new_version(self):
        """Begin the next version with the words of this one."""
        self.ensure_one()
        return self.copy()._get_records_action()

    def action_download(self):
        """Download the paper; of a draft as it would be."""
        self.ensure_one()
        if self.state == "draft":
            self.sudo()._keep_paper()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.file_name}?download=true",
            "target": "download",
        }

    # -- paper ----------------------------------------------------------------

    def _keep_paper(self):
        content = self._draw()
        self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "content"),
            ]
        ).unlink()
        self.env["ir.attachment"].sudo().create(
            {
                "name": self.name,
                "raw": content,
                "res_model": self._name,
                "res_field": "content",
                "res_id": self.id,
            }
        )
        version = self.version or "draft"
        self.write(
            {
                "file_name": f"traceability-plan-{version}.pdf",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
        self.invalidate_recordset(["content"])

    def _draw(self):
        """The plan as PDF on the company's paper."""
        self.env.flush_all()
        content, _is_pdfa = write_paper(
            Certificate(
                title=self.env._("Traceability Plan"),
                subject=self.company_id.name,
                caption=self.env._("Version"),
                number=str(self.version) if self.version else self.env._("Draft"),
                reference=self._reference(),
                parts=list(self._parts()),
                link="",
                under_link="",
                stamp="" if self.state == "in_force" else self.env._("Draft"),
                text=[
                    self.env._(
                        "Kept for two years after the next version (21 CFR 1.1315(b)). Goods, "
                        "places and suppliers are listed as the company's database had them on "
                        "this day."
                    )
                ],
                page=self.env._("Page %s"),
                language=(self.env.lang or "en_US").replace("_", "-"),
            ),
            self.env["trace.certificate"]._paper(self.company_id),
            self.env["trace.label"]._fonts(),
            _profile(),
            fields.Datetime.now(),
        )
        return content

    def _reference(self):
        if not self.in_force_at:
            return self.env._("21 CFR 1.1315. Not in force")
        day = self.env["trace.calendar"]._zone(self.company_id)
        local = fields.Datetime.context_timestamp(self.with_context(tz=str(day)), self.in_force_at)
        return self.env._("21 CFR 1.1315. In force since %s", format_date(self.env, local.date()))

    def _parts(self):
        for title, text in (
            (self.env._("1. How records are kept"), self.records),
            (self.env._("2. How foods on the list are found"), self.foods),
            (self.env._("3. How traceability lot codes are assigned"), self.codes),
            (self.env._("4. Point of contact"), self.contact),
            (self.env._("5. Farm map"), self.farm_text),
        ):
            if text:
                yield Says(title, text.splitlines())
        yield self._foods_part()
        yield self._places_part()
        yield self._sources_part()

    def _foods_part(self):
        rows = self.env.execute_query(
            SQL(
                """
                WITH %s SELECT f.name->>'en_US', %s, COALESCE(g.gtin, g.code), g.tracking,
                    count(*) OVER ()
                FROM goods g JOIN trace_ftl_food f ON f.id = g.ftl_id
                WHERE g.listed AND g.active AND (g.company_id IS NULL OR g.company_id = %s)
                ORDER BY f.sequence, g.name, g.id LIMIT %s
                """,
                sql.goods("ftl"),
                sql.description(name="g.name"),
                self.company_id.id,
                PRINTED,
            )
        )
        words = {
            "lot": self.env._("by lots"),
            "serial": self.env._("by serial numbers"),
            "none": self.env._("not tracked"),
        }
        red = frozenset(place for place, row in enumerate(rows) if row[3] == "none")
        return Listing(
            self.env._("Foods on the Food Traceability List: %s", rows[0][4] if rows else 0),
            [
                (self.env._("On the list as"), 3),
                (self.env._("Product"), 4.4),
                (self.env._("GTIN or reference"), 2.2),
                (self.env._("Tracked"), 1.8),
            ],
            [(row[0], row[1], row[2] or "", words.get(row[3], "")) for row in rows],
            red,
        )

    def _places_part(self):
        houses = self.env["stock.warehouse"].sudo()
        houses = houses.search([("company_id", "=", self.company_id.id)])
        places = self.env["trace.regulator"]._locations(houses.partner_id.ids)
        known = {place["id"]: place for place in places}
        rows = []
        for house in houses:
            place = known.get(house.partner_id.id, {})
            parts = (place.get("street"), place.get("city"), place.get("state"), place.get("zip"))
            rows.append(
                (
                    house.name,
                    ", ".join(filter(None, (*parts, place.get("country")))),
                    place.get("phone") or "",
                    place.get("gln") or place.get("ffrn") or "",
                )
            )
        return Listing(
            self.env._("Own places"),
            [
                (self.env._("Place"), 2.6),
                (self.env._("Address"), 4.6),
                (self.env._("Telephone"), 2.2),
                (self.env._("GLN or FDA registration"), 2.4),
            ],
            rows,
        )

    def _sources_part(self):
        partners = self.env["res.partner"].sudo()
        partners = partners.search(
            [
                "|",
                ("trace_tlc_source_id", "!=", False),
                "|",
                ("trace_fsma_exempt", "=", True),
                ("trace_vessel", "=", True),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=PRINTED,
            order="complete_name",
        )
        here = self.env._("assigned here")
        rows = [
            (
                partner.display_name,
                here
                if partner.trace_fsma_exempt or partner.trace_vessel
                else partner.trace_tlc_source_id.display_name,
            )
            for partner in partners
        ]
        if not rows:
            return Facts(self.env._("Who assigns the lot codes of suppliers' goods"), [])
        return Listing(
            self.env._("Who assigns the lot codes of suppliers' goods"),
            [(self.env._("Supplier"), 5), (self.env._("Lot codes assigned by"), 5)],
            rows,
        )
