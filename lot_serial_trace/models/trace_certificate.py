import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .trace_guard import refuse_forgery

#: Lots and serial numbers whose certificates are made while somebody waits.
AT_ONCE = 20
#: Certificates that are made, and committed, together.
BATCH = 50


class TraceCertificate(models.Model):
    """What is known of a lot, a serial number or a shipment, as a PDF for third parties.

    The facts are read for many at once (``trace.certificate.facts``), drawn on the company's paper
    (``trace_certificate_drawing.py``) and kept as PDF/A with the same facts as JSON and the proof
    of the ledger inside. The record keeps its SHA-256, who issued it, when and for what. A link
    that nobody can guess is on it as a QR code: the page behind it says whether the certificate
    is genuine, and whether what it is about was held or recalled since.

    A certificate is never changed. A later one about the same supersedes it; a wrong one is
    revoked. Where it is for everybody it names no customers.
    """

    _name = "trace.certificate"
    _description = "Traceability Certificate"
    _order = "issued_at desc, id desc"

    name = fields.Char("Number", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("lot", "Lot"),
            ("serial", "Serial Number"),
            ("shipment", "Shipment"),
            ("destruction", "Destruction"),
        ],
        required=True,
        readonly=True,
    )
    about = fields.Char(required=True, readonly=True, help="The number, or that of the shipment")
    product_name = fields.Char("Product", readonly=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    picking_id = fields.Many2one(
        "stock.picking", "Shipment", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    lot_ids = fields.Many2many(
        "stock.lot", string="In the Shipment", readonly=True, help="What was in the shipment"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    public = fields.Boolean(
        "For Everybody", readonly=True, help="Without the names of customers, and without the proof"
    )
    issued_at = fields.Datetime("Issued", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Issued by", required=True, readonly=True)
    state = fields.Selection(
        [("valid", "Valid"), ("superseded", "Superseded"), ("revoked", "Revoked")],
        required=True,
        readonly=True,
        default="valid",
    )
    superseded_by_id = fields.Many2one("trace.certificate", readonly=True, index="btree_not_null")
    revoked_at = fields.Datetime("Revoked", readonly=True)
    revoked_by_id = fields.Many2one("res.users", "Revoked by", readonly=True)
    content = fields.Binary("PDF", readonly=True, attachment=True)
    file_name = fields.Char(readonly=True)
    size = fields.Integer("Bytes", readonly=True, aggregator=None)
    sha256 = fields.Char(
        "SHA-256", readonly=True, help="Of the PDF: the same file, the same digest"
    )
    is_pdfa = fields.Boolean(
        "PDF/A", readonly=True, help="No where a text needed a font that cannot be embedded."
    )
    sealed_events = fields.Integer(readonly=True, aggregator=None)
    unsealed_events = fields.Integer("Events not Sealed Yet", readonly=True, aggregator=None)
    token = fields.Char(required=True, readonly=True, copy=False)
    check_url = fields.Char("Link to Check It", compute="_compute_check_url")
    job_id = fields.Many2one("trace.certificate.job", readonly=True, index="btree_not_null")

    _token_idx = models.UniqueIndex("(token)")
    _number_idx = models.UniqueIndex("(name)")

    def init(self):
        """Numbers come from a sequence of the database: many at once, none twice."""
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS trace_certificate_number")

    def _compute_check_url(self):
        for certificate in self:
            certificate.check_url = certificate._check_link(certificate.token)

    @api.model
    def _check_link(self, token):
        return f"{self.get_base_url()}/trace/check/{token}"

    def write(self, vals):
        """Nothing of it is for people to write."""
        refuse_forgery(self, vals, set())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Certificates are kept: who has one may check it. Revoke it."))

    # -- issuing --------------------------------------------------------------

    @api.model
    def _may_issue(self):
        if not (self.env.su or self.env.user.has_group("lot_serial_trace.group_trace_user")):
            raise AccessError(
                self.env._("Auditors read certificates. Users of the app issue them.")
            )

    @api.model
    def _issue(self, lots, public=False, job=None):
        """Issue a certificate for each of ``lots``: a constant number of queries.

        :param lots: ``stock.lot`` records that the user may read
        :param public: for everybody: without names of customers
        :return: the certificates, in the order of the lots
        """
        self._may_issue()
        if not lots:
            raise UserError(self.env._("Choose at least one lot or serial number."))
        company = self.env.company
        self.env.flush_all()
        facts = self.env["trace.certificate.facts"]._of_lots(lots, company, public)
        proofs = self._proofs({lot_id: told["events"] for lot_id, told in facts.items()})
        values = []
        for lot, (number, token) in zip(lots, self._numbers(len(lots)), strict=True):
            told = facts[lot.id]
            about = {
                "kind": told["kind"],
                "about": lot.name,
                "product_name": told["product"],
                "lot_id": lot.id,
                "job_id": job.id if job else False,
            }
            values.append(
                self._drawn(number, token, company, public, about, [told], proofs[lot.id])
            )
        return self._keep(values)

    @api.model
    def _issue_shipment(self, picking, public=False):
        """Issue the certificate of all that a transfer moved: a constant number of queries."""
        self._may_issue()
        picking.ensure_one()
        picking.check_access("read")
        lots = picking.move_line_ids.filtered(lambda line: line.state == "done").lot_id
        if not lots:
            raise UserError(
                self.env._("%s has moved no lot or serial number.", picking.display_name)
            )
        company = picking.company_id
        self.env.flush_all()
        facts = self.env["trace.certificate.facts"]._of_lots(lots, company, public)
        told = [facts[lot.id] for lot in lots]
        events = [event for one in told for event in one["events"]]
        [(number, token)] = self._numbers(1)
        about = {
            "kind": "shipment",
            "about": picking.name,
            "product_name": ", ".join(lots.product_id[:3].mapped("display_name")),
            "picking_id": picking.id,
            "lot_ids": [(6, 0, lots.ids)],
        }
        proof = self._proofs({picking.id: events})[picking.id]
        shipment = self.env["trace.certificate.facts"]._shipment(picking, told, lots, public)
        drawn = self._drawn(number, token, company, public, about, told, proof, shipment)
        return self._keep([drawn])

    @api.model
    def _numbers(self, count):
        """Numbers and tokens that nobody has had: list of ``count`` pairs."""
        rows = self.env.execute_query(
            SQL("SELECT nextval('trace_certificate_number') FROM generate_series(1, %s)", count)
        )
        return [(f"TC-{number:08d}", secrets.token_urlsafe(32)) for (number,) in rows]

    @api.model
    def _keep(self, values):
        """Write certificates down; those about the same that were valid are superseded."""
        made = self.sudo().create(values)
        made._supersede()
        return self.browse(made.ids)

    def _supersede(self):
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE trace_certificate old
                SET state = 'superseded', superseded_by_id = fresh.id
                FROM trace_certificate fresh
                WHERE fresh.id = ANY(%(ids)s) AND old.id != ALL(%(ids)s) AND old.state = 'valid'
                    AND old.company_id = fresh.company_id
                    AND COALESCE(old.public, FALSE) = COALESCE(fresh.public, FALSE)
                    AND (old.lot_id = fresh.lot_id OR old.picking_id = fresh.picking_id)
                """,
                ids=self.ids,
            )
        )
        self.invalidate_model(["state", "superseded_by_id"])

    # -- buttons --------------------------------------------------------------

    def action_download(self):
        """Download the PDF."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.file_name}?download=true",
            "target": "download",
        }

    def action_reissue(self):
        """Issue it again, with what is known by now."""
        self.ensure_one()
        self.check_access("read")
        issuer = self.with_company(self.company_id)
        if self.picking_id:
            return issuer._issue_shipment(self.picking_id, self.public)._get_records_action()
        return issuer._issue(self.lot_id, self.public)._get_records_action()

    def action_revoke(self):
        """Say that they are not to be relied on: the page behind the code tells it."""
        if not self.env.user.has_group("lot_serial_trace.group_trace_quality"):
            raise AccessError(self.env._("Quality revokes certificates."))
        self.check_access("read")
        self.filtered(lambda one: one.state != "revoked").sudo().write(
            {
                "state": "revoked",
                "revoked_at": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
            }
        )

    def _bytes(self):
        """The PDF; the digest tells whether it still is what was issued."""
        self.ensure_one()
        return base64.b64decode(self.content or b"")
