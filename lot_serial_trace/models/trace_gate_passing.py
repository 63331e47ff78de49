from odoo import api, models
from odoo.exceptions import UserError

from .trace_pass import OVERRIDE_GROUP
from .trace_till import Override


class Blocked(UserError):
    """What the gate refuses; the web client offers those with the right a way on.

    :param context: sent to the client with the message: values for a permission, or nothing
    """

    def __init__(self, message, context):
        super().__init__(message)
        self.context = context


class TraceGate(models.AbstractModel):
    """How blocked goods pass: by a permission given beforehand, or by a reason given now.

    Either way nothing passes without somebody with the right, without a reason, or
    without an event and an exception. The exception is resolved at once, as *Let pass*:
    somebody has decided. The one that the block had opened ends with it.
    """

    _inherit = "trace.gate"

    @api.model
    def _with_permits(self, verdicts):
        """Verdicts with the blocks turned into notes that a permission lets pass."""
        places = [place for place, one in enumerate(verdicts) if one.severity == "block"]
        if not places:
            return verdicts
        admitted = self.env["trace.pass"]._admit([verdicts[place] for place in places])
        for found, permit in admitted.items():
            place = places[found]
            verdicts[place] = verdicts[place]._replace(severity="note", permit=permit)
        return verdicts

    @api.model
    def _override(self):
        override = self.env.context.get("trace_override")
        return override if isinstance(override, Override) else None

    @api.model
    def _refusal(self, blocked):
        """The error that tells what is blocked."""
        message = (
            self.env._("This cannot be moved:")
            + "\n\n"
            + "\n".join(self._sentences(blocked[:20]))
            + ("\n…" if len(blocked) > 20 else "")
        )
        return Blocked(message, self._permit_wanted(blocked))

    @api.model
    def _permit_here(self, blocked):
        """The same for goods that are just being scanned: as much of them as there will be."""
        wanted = self._permit_wanted(blocked)
        wanted.pop("default_quantity", None)
        return wanted

    @api.model
    def _note(self, verdict):
        """A verdict that stops nobody, for whoever scans."""
        sentence = f"{self._sentence(verdict)}."
        if verdict.permit:
            sentence += self.env._(" Let pass: %s", verdict.permit._told())
        return sentence

    @api.model
    def _permit_wanted(self, blocked):
        """Default values of the permission by which all of ``blocked`` would go.

        Nothing for people who may not give one.
        """
        if not self.env.user.has_group(OVERRIDE_GROUP):
            return {}
        lines = blocked[0].line.union(*(verdict.line for verdict in blocked))
        codes = {verdict.finding.code for verdict in blocked}
        kinds, places = lines.move_id.picking_type_id, lines.location_dest_id
        pickings = lines.picking_id
        values = {
            "code": codes.pop() if len(codes) == 1 else False,
            "lot_ids": [(6, 0, lines.lot_id.ids)],
            "picking_id": pickings.id if len(pickings) == 1 else False,
            "picking_type_id": kinds.id if len(kinds) == 1 else False,
            "location_dest_id": places.id if len(places) == 1 else False,
            "quantity": sum(lines.mapped("quantity_product_uom")),
            "company_id": lines.company_id[:1].id,
            "origin": ", ".join(filter(None, dict.fromkeys(lines.mapped("reference")))),
        }
        if len(lines.lot_id) < len(lines):
            values["lot_ids"] = False
        return {f"default_{name}": value for name, value in values.items() if value}

    @api.model
    def _sort_passed(self, verdicts):
        """Verdicts that somebody let pass, and the others."""
        override = self._override()
        passed, others = [], []
        for one in verdicts:
            let = one.permit or (override and one.severity == "block")
            (passed if let else others).append(one)
        return passed, others

    @api.model
    def _settle_passed(self, verdicts):
        """Write events and resolved exceptions of what passed, and use permissions up."""
        groups, lines = {}, {}
        for one in verdicts:
            groups.setdefault(one.permit or self._override(), []).append(one)
            if one.permit:
                lines[one.permit] = lines.get(one.permit, one.line) | one.line
        for let, mine in groups.items():
            self._tell_passed(let, mine)
        if lines:
            self.env["trace.pass"]._use(lines)

    @api.model
    def _tell_passed(self, let, verdicts):
        """Tell the ledger and the desk of what passed by one permission or one decision."""
        by_permit = not isinstance(let, Override)
        reason = let._told() if by_permit else let.reason
        self._record_overrides(verdicts, reason)
        exceptions = self.env["trace.exception"]._open_many(
            [self._exception(verdict) for verdict in self._condensed(verdicts)]
        )
        exceptions._let_pass(
            reason,
            let.sudo().granted_by_id.id if by_permit else let.user_id,
            let if by_permit else None,
        )

    @api.model
    def _record_overrides(self, verdicts, reason):
        """One event for each number and document: a query for each company."""
        by_company = {}
        for verdict in verdicts:
            line = verdict.line
            picking = line.picking_id
            model, record = ("stock.picking", picking) if picking else ("stock.move", line.move_id)
            row = (line.lot_id.id or None, line.product_id.id, reason)
            document = (line.reference or None, model, record.id or None)
            by_company.setdefault(line.company_id, {})[(*row, *document)] = None
        for company, rows in by_company.items():
            self.env["trace.event"]._insert_notes("override", list(rows), company)
