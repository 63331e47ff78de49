from odoo import models

#: Rows of a part of the answer that the page shows.
ROWS = 500
#: Columns of the page, by part of the answer; those of the ledger where nothing is said.
COLUMNS = ("event_time", "lot_name", "product_name", "quantity", "uom", "partner_name")
MORE = ("biz_step", "source_name", "dest_name", "document", "origin", "balance_text")


class TraceShare(models.Model):
    """What the page behind a link shows: the lines of the answer as they were kept."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.share"

    def _page(self, outcome):
        """Values of the template ``shared_trace``."""
        share = self.sudo()
        return {
            "outcome": outcome,
            "share": share,
            "run": share.run_id,
            "parts": share._parts() if share else [],
        }

    def _parts(self):
        """The parts of the answer that have rows, each with the columns that say something."""
        lines = self.env["trace.run.line"].sudo().with_context(tz="UTC")
        mine = [("run_id", "=", self.run_id.id)]
        steps = dict(lines._fields["biz_step"]._description_selection(self.env))
        totals = dict(lines._read_group(mine, ["role"], ["__count"]))
        labels = lines.fields_get([*COLUMNS, *MORE], ["string"])
        parts = []
        for role, title in lines._fields["role"]._description_selection(self.env):
            rows = totals.get(role) and lines.search([*mine, ("role", "=", role)], limit=ROWS)
            columns = [name for name in (*COLUMNS, *MORE) if any(row[name] for row in rows or ())]
            if columns:
                parts.append(
                    {
                        "title": title,
                        "columns": [labels[name]["string"] for name in columns],
                        "rows": [[_cell(row, name, steps) for name in columns] for row in rows],
                        "more": totals[role] - len(rows),
                    }
                )
        return parts


def _cell(row, name, steps):
    """A value as it is printed; the words for the steps are looked up once."""
    return steps.get(row[name], "") if name == "biz_step" else row._cell(name)
