from odoo import api, models, tools

#: Name of the message: fetch what changed in your book of numbers.
CHANNEL = "TRACE_BOOK"
#: Key of the cursor's data, which lives as long as the transaction: tills told in it.
TOLD = "lot_serial_trace.tills_told"


class PosConfig(models.Model):
    """Open tills are told that something in their shop changed; what, they ask for.

    Whoever changes something calls ``_trace_tell``: it costs nothing while no till is open, and
    one message for each till and transaction otherwise, however much changes.
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.config"

    @api.model
    def _trace_tell(self, company_ids=(), paths=None, around=False):
        """Tell the open tills that may be concerned.

        :param company_ids: whose; those of 0, or none at all: of every company
        :param paths: of places where something changed (``parent_path``); None: anywhere
        :param around: a change in a place that the shop lies in concerns it, too
        """
        tills = self._trace_open_tills()
        if not tills:
            return
        everybody = not company_ids or not all(company_ids)
        told = self.env.cr.precommit.data.setdefault(TOLD, set())
        for till_id, company_id, token, shop in tills:
            mine = everybody or company_id in company_ids
            if till_id not in told and mine and _concerns(shop, paths, around):
                told.add(till_id)
                self.env["bus.bus"]._sendone(token, f"{token}-{CHANNEL}", {})

    @api.model
    def _trace_tell_moved(self, lines):
        """Tell the tills in whose shops ``stock.move.line`` records brought or took goods."""
        if self._trace_open_tills():
            lines = lines.sudo()
            places = lines.location_id | lines.location_dest_id
            self._trace_tell(lines.company_id.ids, {place.parent_path or "" for place in places})

    @api.model
    @tools.ormcache()
    def _trace_open_tills(self):
        """The tills at which somebody sells: ids, companies, tokens and paths of their places."""
        sessions = self.env["pos.session"].sudo()
        domain = [("state", "in", ("opening_control", "opened")), ("rescue", "=", False)]
        return tuple(
            (till.id, till.company_id.id, till._ensure_access_token(), path)
            for till in sessions.search(domain).config_id
            if (path := till._trace_shop().parent_path)
        )

    def _trace_forget_open_tills(self):
        """Somebody begins or stops to sell, or sells from somewhere else.

        Forgotten once more after the commit: another request may have looked before.
        """
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def write(self, vals):
        """A till may sell from somewhere else."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(("picking_type_id", "company_id", "access_token")):
            self._trace_forget_open_tills()
        return result


def _concerns(shop, paths, around):
    if paths is None:
        return True
    return any(path.startswith(shop) or (around and shop.startswith(path)) for path in paths)
