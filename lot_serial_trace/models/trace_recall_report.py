import re

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime, html2plaintext

#: Rows of a list that are printed; all of them are in the file inside.
PRINTED = 150
#: What only makes words stand out: as text it would be asterisks.
_EMPHASIS = re.compile(r"</?(?:b|strong|i|em|u)\b[^>]*>", re.IGNORECASE)


class TraceRecallReport(models.AbstractModel):
    """What the report of a recall or a drill says, as plain data: a query or two for each section.

    A section is a method ``_tell_<name>`` here (or in a file beside), which says what is known,
    and one ``_draw_<name>`` (``trace_recall_report_drawing``), which puts it on paper. Times are
    UTC, as ``2026-01-31T23:59:59Z``. How many lots and consignees there are changes no number of
    queries.
    """

    _name = "trace.recall.report"
    _description = "Report of a Recall"

    @api.model
    def _sections(self):
        """Names of the sections in their order."""
        return [
            "verdict",
            "about",
            "clock",
            "draw",
            "scope",
            "lots",
            "suppliers",
            "holds",
            "consignees",
            "dispositions",
            "balance",
            "tasks",
            "pauses",
            "evidence",
            "steps",
        ]

    @api.model
    def _told(self, case):
        """What the report says: dict section -> plain data.

        :param case: ``trace.recall`` in superuser mode, in its companies
        """
        told = {
            "case": case.name,
            "is_drill": case.is_drill,
            "title": case.title,
            "state": case.state,
        }
        for name in self._sections():
            told[name] = getattr(self, f"_tell_{name}")(case)
        return told

    # -- what it is about -----------------------------------------------------

    @api.model
    def _tell_about(self, case):
        words = self._words
        return {
            "class": "" if case.is_drill else words(case, "severity_class"),
            "depth": "" if case.is_drill else words(case, "depth"),
            "state": words(case, "state"),
            "reason": case.reason or "",
            "hazard": case.hazard or "",
            "instructions": plain_text(case.instructions),
            "authority": case.authority or "",
            "authority_ref": case.authority_ref or "",
            "responsible": case.user_id.name or "",
            "asked_by": case.asked_by_id.name or "",
            "confirmed_by": case.approver_id.name or "",
            "companies": case._companies().mapped("name"),
            "asked": case.lot_ids[:PRINTED].mapped("display_name"),
            "asked_count": len(case.lot_ids),
            "notices": (case.notice_ids | case.drill_notice_id).mapped("display_name"),
        }

    @api.model
    def _tell_clock(self, case):
        """Moments with hours since the initiation, and their deadlines."""
        start = case.initiated_at
        rows = []
        for row in (case.clock or {}).get("rows", ()):
            at, due = _read(row["at"]), _read(row["due"])
            rows.append(
                {
                    "what": row["label"],
                    "at": _moment(at),
                    "due": _moment(due),
                    "hours": _hours(start, at),
                    "limit": _hours(start, due),
                }
            )
        if case.is_drill and rows:
            rows[-1]["limit"] = case.drill_hours
        return {"start": _moment(start), "rows": rows, "is_drill": case.is_drill}

    # -- the goods ------------------------------------------------------------

    @api.model
    def _tell_scope(self, case):
        """The lots by product: how many, and what they come to."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT %(product)s AS product, s.uom_name AS uom, count(*)::int AS lots,
                    (count(*) FILTER (WHERE s.why = 'asked'))::int AS asked,
                    (count(*) FILTER (WHERE s.state = 'excluded'))::int AS excluded, %(sums)s
                FROM trace_recall_lot s
                JOIN product_product p ON p.id = s.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE s.recall_id = %(recall)s
                GROUP BY s.product_id, 1, 2 ORDER BY min(s.level), 1
                """,
                product=self._sql_product(),
                sums=SQL(", ").join(
                    SQL(
                        "COALESCE(sum(%(c)s) FILTER (WHERE s.state != 'excluded'), 0)::float "
                        "AS %(c)s",
                        c=SQL.identifier(name),
                    )
                    for name in SUMS
                ),
                recall=case.id,
            )
        )

    @api.model
    def _tell_lots(self, case):
        """Every lot of the scope."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT s.lot_name AS number, %(product)s AS product, s.why, s.why_text, s.level,
                    s.state, s.uom_name AS uom, s.joined_at, h.placed_at, h.released_at,
                    h.state AS hold, %(figures)s
                FROM trace_recall_lot s
                JOIN product_product p ON p.id = s.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                LEFT JOIN trace_hold h ON h.id = s.hold_id
                WHERE s.recall_id = %(recall)s ORDER BY s.level, s.id
                """,
                product=self._sql_product(),
                figures=SQL(", ").join(
                    SQL("COALESCE(%(c)s, 0)::float AS %(c)s", c=SQL.identifier(name))
                    for name in SUMS
                ),
                recall=case.id,
            )
        )
        return [_stamped(row) for row in rows]

    @api.model
    def _tell_holds(self, case):
        """Of how many lots goods are held: in figures, the lots say it one by one."""
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT count(*)::int AS lots, (count(h.id))::int AS held,
                    (count(*) FILTER (WHERE h.state = 'active'))::int AS active,
                    (count(*) FILTER (WHERE h.state = 'released'))::int AS released,
                    min(h.placed_at) AS first, max(h.placed_at) AS last
                FROM trace_recall_lot s LEFT JOIN trace_hold h ON h.id = s.hold_id
                WHERE s.recall_id = %s AND s.state != 'excluded'
                """,
                case.id,
            )
        )
        return _stamped(row)

    # -- what happened --------------------------------------------------------

    @api.model
    def _tell_steps(self, case):
        steps = case.step_ids.sorted("id")
        return [
            {
                "at": _moment(step.at),
                "kind": step.kind,
                "says": step.says,
                "by": step.user_id.name or "",
            }
            for step in steps
        ]

    @api.model
    def _tell_evidence(self, case):
        """What the report rests on, with digests: answers of the ledger, files, documents."""
        rows = [
            {
                "what": self.env._("Trace of %s", self._time(_moment(run.answered_at))),
                "name": run.question_text or run.name or "",
                "kind": "SHA-256",
                "digest": run.digest or "",
            }
            for run in case.drill_back_run_id | case.run_id
        ]
        rows += [
            {
                "what": self.env._("Notice"),
                "name": notice.display_name,
                "kind": "SHA-256",
                "digest": notice.sha256 or "",
            }
            for notice in case.notice_ids | case.drill_notice_id
        ]
        files = self.env["ir.attachment"].search(self._evidence_domain(case), order="id")
        rows += [
            {
                "what": self.env._("File"),
                "name": file.name,
                "kind": "SHA-1",
                "digest": file.checksum or "",
            }
            for file in files
        ]
        return rows

    @api.model
    def _evidence_domain(self, case):
        """Files that belong to the case: its own, photos of answers, proof of what was done."""
        answers = self.env["trace.recall.answer"].search(
            [("consignee_id.recall_id", "=", case.id), ("photo_ids", "!=", False)]
        )
        found = (answers.photo_ids | case.disposition_ids.proof_ids).ids
        own = ["&", ("res_model", "=", "trace.recall"), ("res_id", "=", case.id)]
        return ["|", ("id", "in", found), *own]

    # -- small things ---------------------------------------------------------

    @api.model
    def _sql_product(self):
        """SQL of the name of product ``p`` with template ``t``, in the reader's language."""
        return SQL("COALESCE(t.name ->> %s, t.name ->> 'en_US')", self.env.lang or "en_US")

    @api.model
    def _words(self, record, name):
        value = record[name]
        return dict(record._fields[name]._description_selection(self.env)).get(value, "")

    @api.model
    def _time(self, text):
        return format_datetime(self.env, _read(text), tz="UTC", dt_format="short") if text else ""


#: Quantities of a lot of the scope.
SUMS = (
    "received_qty",
    "made_qty",
    "from_other_qty",
    "on_hand_qty",
    "in_transit_qty",
    "delivered_qty",
    "returned_qty",
    "consumed_qty",
    "destroyed_qty",
    "adjusted_qty",
    "sent_back_qty",
    "handed_over_qty",
    "balance_qty",
)


def _read(text):
    return fields.Datetime.to_datetime(text.replace("T", " ")[:19]) if text else None


def _moment(value):
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def _hours(start, moment):
    return (moment - start).total_seconds() / 3600 if start and moment else None


def _stamped(row):
    """A row of the database with times as texts and nothing as empty text."""
    return {
        name: _moment(value) if hasattr(value, "strftime") else "" if value is None else value
        for name, value in row.items()
    }


def plain_text(html):
    """What a text with markup says, for paper."""
    return html2plaintext(_EMPHASIS.sub("", html or "")).strip()
