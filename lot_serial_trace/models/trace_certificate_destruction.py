import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.certificate_pdf import Certificate, Facts, Table, write_certificate
from .trace_certificate_drawing import ROWS, _plain, _profile


class TraceCertificate(models.Model):
    """The certificate of destruction: what was destroyed of a recall, when, how, before whom.

    It names the lots with their quantities, is on the company's paper, holds the same for machines
    with the proof of the ledger, and can be checked by its code as every other certificate.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.certificate"

    @api.model
    def _issue_destruction(self, rows):
        """Issue the certificate of dispositions that were entered together.

        :param rows: ``trace.recall.disposition`` of one case and company, done
        """
        self._may_issue()
        rows.check_access("read")
        told = self._destruction_told(rows)
        events = self._destruction_events(rows)
        proof = self._proofs({0: events})[0]
        state = self._seal_state([{"events": events}], proof)
        [(number, token)] = self._numbers(1)
        now = fields.Datetime.now()
        answer = {"certificate": number, "issued_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"), **told}
        inside = [
            self._inside("destruction.json", answer, "What the page says, for machines"),
            self._inside(
                "proof.json", proof, "Proof of the ledger, for tools/verify_proof.py", "Supplement"
            ),
        ]
        company = rows.company_id
        content, is_pdfa = write_certificate(
            self._destruction_page(answer, token, state, inside),
            self._paper(company),
            self.env["trace.label"]._fonts(),
            _profile(),
            now,
        )
        made = self._keep(
            [
                {
                    "kind": "destruction",
                    "about": told["recall"],
                    "product_name": ", ".join(rows.product_id[:3].mapped("display_name")),
                    "lot_ids": [(6, 0, rows.lot_id.ids)],
                    "name": number,
                    "token": token,
                    "company_id": company.id,
                    "issued_at": now,
                    "user_id": self.env.uid,
                    "content": base64.b64encode(content),
                    "file_name": f"{number}-{_plain(told['recall'])}.pdf",
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "is_pdfa": is_pdfa,
                    "sealed_events": state["sealed"],
                    "unsealed_events": state["unsealed"],
                }
            ]
        )
        old = rows.sudo().certificate_id.filtered(lambda one: one.state == "valid")
        old.write({"state": "superseded", "superseded_by_id": made.id})
        rows.sudo().write({"certificate_id": made.id})
        return made

    @api.model
    def _destruction_events(self, rows):
        """Ids of the ledger's entries about what was destroyed: one query."""
        self.env.flush_all()
        return [
            event_id
            for (event_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT e.id FROM stock_move_line l JOIN trace_event e ON e.move_line_id = l.id
                    WHERE l.picking_id = ANY(%s) AND l.lot_id = ANY(%s) ORDER BY e.id
                    """,
                    rows.sudo().picking_id.ids,
                    rows.lot_id.ids,
                )
            )
        ]

    @api.model
    def _destruction_told(self, rows):
        """What the certificate says, as plain data."""
        first, recall = rows[:1].sudo(), rows.sudo().recall_id
        methods = dict(first._fields["method"]._description_selection(self.env))
        at = first.happened_at or first.done_at
        figure = self.env["trace.recall.balance"]._figure
        return {
            "format": "lot_serial_trace.destruction/1",
            "recall": recall.name,
            "title": recall.title,
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else "",
            "method": methods.get(first.method, ""),
            "witnesses": first.witness or "",
            "reference": first.reference or "",
            "remark": first.remark or "",
            "documents": sorted(set(rows.sudo().picking_id.mapped("name"))),
            "proof": [{"name": one.name, "sha1": one.checksum or ""} for one in first.proof_ids],
            "entered_by": first.done_by_id.name or first.user_id.name,
            "goods": [
                {
                    "product": row.product_id.display_name,
                    "number": row.lot_name,
                    "quantity": figure(row.product_id, row.quantity),
                    "uom": row.uom_id.name,
                }
                for row in rows.sudo()
            ],
        }

    @api.model
    def _destruction_page(self, told, token, state, inside):
        return Certificate(
            title=self.env._("Certificate of Destruction"),
            subject=told["title"],
            caption=self.env._("Recall"),
            number=told["recall"],
            reference=self.env._(
                "%(number)s, issued on %(date)s UTC",
                number=told["certificate"],
                date=self._time(told["issued_at"]),
            ),
            parts=[*self._destruction_parts(told), self._seal_part(state)],
            link=self._check_link(token),
            under_link=self.env._("Scan this code to see whether this certificate is genuine."),
            text=[
                self.env._(
                    "This file holds what it says for machines (%s), too. Times are UTC.",
                    ", ".join(one.name for one in inside),
                )
            ],
            page=self.env._("Page %s"),
            inside=inside,
            language=(self.env.lang or "en_US").replace("_", "-"),
        )

    @api.model
    def _destruction_parts(self, told):
        rows = [
            (self.env._("When (UTC)"), self._time(told["at"])),
            (self.env._("How"), told["method"]),
            (self.env._("Witnesses"), told["witnesses"]),
            (self.env._("Reference"), told["reference"]),
            (self.env._("Transfers"), ", ".join(told["documents"])),
            (self.env._("Entered by"), told["entered_by"]),
            (self.env._("Remark"), told["remark"]),
            *((self.env._("Proof"), one["name"]) for one in told["proof"]),
        ]
        yield Facts(self.env._("How it was destroyed"), [row for row in rows if row[1]])
        goods = told["goods"]
        columns = [
            (self.env._("Product"), 5),
            (self.env._("Lot/Serial"), 3),
            (self.env._("Quantity"), 2),
        ]
        cells = [
            (one["product"], one["number"], f"{one['quantity']} {one['uom']}")
            for one in goods[:ROWS]
        ]
        yield Table(self.env._("What was destroyed"), columns, cells, self._more(goods))

    def action_reissue(self):
        """Issue it again, with what is known by now."""
        if self.kind != "destruction":
            return super().action_reissue()
        rows = self.env["trace.recall.disposition"].search([("certificate_id", "=", self.id)])
        if not rows:
            raise UserError(self.env._("There is a newer certificate of these goods."))
        return self._issue_destruction(rows)._get_records_action()


class TraceRecallDisposition(models.Model):
    """Dispositions that were destroyed have a certificate."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.recall.disposition"

    def _certificate(self):
        """The certificate of what was destroyed together with these rows; made if there is none."""
        self.check_access("read")
        mine = self.filtered(lambda row: row.kind == "destroy" and row.state == "done")
        entry = mine[:1]
        if not entry:
            raise UserError(self.env._("Nothing of this was destroyed yet."))
        rows = self.search(
            [
                ("entry", "=", entry.entry),
                ("company_id", "=", entry.company_id.id),
                ("kind", "=", "destroy"),
                ("state", "=", "done"),
            ],
            order="product_id, lot_name, id",
        )
        known = rows.certificate_id
        if len(known) == 1 and all(row.certificate_id for row in rows):
            return known
        return self.env["trace.certificate"]._issue_destruction(rows)
