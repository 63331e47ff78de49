import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..core.recall_pdf import write_report
from .trace_certificate_drawing import _plain, _profile

#: Entries of the ledger that one report proves; there are more in the proof of each lot.
PROVEN = 5_000
FORMAT = "lot_serial_trace.recall/1"


class TraceCertificate(models.Model):
    """Reports of recalls and drills: kept, numbered, superseded and checked as certificates are.

    The file holds what the pages say, and all that is too long for them, as JSON; and the proof
    of the ledger about the goods. Names of customers are in it, their addresses are not.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.certificate"

    kind = fields.Selection(
        selection_add=[("recall", "Recall Report"), ("drill", "Recall Drill")],
        ondelete={"recall": "cascade", "drill": "cascade"},
    )
    recall_id = fields.Many2one(
        "trace.recall", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    @api.model
    def _issue_recall(self, recall):
        """Issue the report of a case or a drill as it is now: a constant number of queries.

        :raises AccessError: the case is about goods of companies that the user has no access to
        """
        recall.ensure_one()
        self._may_issue()
        recall.check_access("read")
        self._check_companies_of(recall)
        self.env.flush_all()
        case, company = recall._acting().with_context(lang=self.env.lang), recall.company_id.sudo()
        reports = case.env["trace.recall.report"]
        now = fields.Datetime.now()
        [(number, token)] = self._numbers(1)
        told = reports._told(case)
        events, more = self._events_of(case)
        proof = self._proofs({0: events})[0]
        state = self._seal_state([{"events": events}], proof)
        answer = {
            "format": FORMAT,
            "report": number,
            "issued_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "issuer": {"name": company.name, "vat": company.vat or ""},
            **told,
            "seal": {**state, "more_events": more},
        }
        inside = [
            self._inside("report.json", answer, "What the report says, for machines"),
            self._inside(
                "proof.json", proof, "Proof of the ledger, for tools/verify_proof.py", "Supplement"
            ),
        ]
        page = reports._page(answer, inside, self._check_link(token))
        content, is_pdfa = write_report(
            page, self._paper(company), self.env["trace.label"]._fonts(), _profile(), now
        )
        return self._keep(
            [
                {
                    "kind": "drill" if recall.is_drill else "recall",
                    "about": recall.name,
                    "product_name": recall.title,
                    "recall_id": recall.id,
                    "name": number,
                    "token": token,
                    "company_id": company.id,
                    "issued_at": now,
                    "user_id": self.env.uid,
                    "content": base64.b64encode(content),
                    "file_name": f"{number}-{_plain(recall.name)}.pdf",
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "is_pdfa": is_pdfa,
                    "sealed_events": state["sealed"],
                    "unsealed_events": state["unsealed"],
                }
            ]
        )

    @api.model
    def _check_companies_of(self, recall):
        foreign = recall._companies() - self.env.user.company_ids
        if foreign and not self.env.su:
            raise AccessError(
                self.env._(
                    "The report is about goods of %s, too, to which you have no access.",
                    ", ".join(foreign.sudo().mapped("name")),
                )
            )

    @api.model
    def _events_of(self, case):
        """The first entries of the ledger about the lots, and how many more there are."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, count(*) OVER () FROM (
                    SELECT e.id FROM trace_event e WHERE e.company_id = ANY(%(companies)s)
                        AND e.lot_id IN (SELECT lot_id FROM trace_recall_lot
                            WHERE recall_id = %(recall)s AND state != 'excluded')
                ) mine ORDER BY id LIMIT %(most)s
                """,
                companies=case._companies().ids,
                recall=case.id,
                most=PROVEN,
            )
        )
        return [row[0] for row in rows], (rows[0][1] - len(rows)) if rows else 0

    def _supersede(self):
        """A later report of the same case takes the place of those before it."""
        done = super()._supersede()
        for report in self.filtered("recall_id"):
            report._before()._write_superseded(report)
        return done

    def _before(self):
        return self.search(
            [
                ("recall_id", "=", self.recall_id.id),
                ("id", "!=", self.id),
                ("state", "=", "valid"),
            ]
        )

    def _write_superseded(self, by):
        self.write({"state": "superseded", "superseded_by_id": by.id})

    def action_reissue(self):
        """Issue it again, with what is known by now."""
        self.ensure_one()
        if not self.recall_id:
            return super().action_reissue()
        self.check_access("read")
        return self._issue_recall(self.recall_id.with_env(self.env))._get_records_action()

    # -- the page behind the code ---------------------------------------------

    @api.model
    def _checked(self, token, digest=None):
        """Of a report: whether the case went on since."""
        values = super()._checked(token, digest)
        if values and values["certificate"].recall_id:
            values["later"] = values["certificate"]._later()
        return values

    def _later(self):
        """How many steps were added to the case since the report."""
        return self.env["trace.recall.step"].search_count(
            [("recall_id", "=", self.recall_id.id), ("at", ">", self.issued_at)]
        )
