from odoo import api, models
from odoo.tools import SQL

from ..core import steps


class TraceEvent(models.Model):
    """Packages in packages: a box put on a pallet is an event of the box, not of its content.

    What lots and serial numbers do to packages is written with their movement
    (``packing_of``); the row tells of one number. Here one row tells of one package
    that got another container, lost it, or changed it (then two).
    """

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "trace.event"

    @api.model
    def _record_nesting(self, changes):
        """Write that packages changed their container: one query.

        :param changes: list of ``(package id, container id before, container id now,
            transfer id)``, ids may be False
        """
        self.env["stock.package"].flush_model(["name", "location_id", "company_id"])
        package_ids, before, now, pickings = zip(*changes, strict=True)
        user = self.env.user
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO trace_event (kind, recorded, event_time, record_time, event_type,
                    action, biz_step, disposition, company_id, company_name, dest_id, dest_name,
                    dest_gln, container_id, container_name, content_id, content_name, document,
                    document_model, document_id, origin, user_id, user_name)
                SELECT 'packing', 'live', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                    'AggregationEvent', s.action, s.biz_step, s.disposition, co.id, co.name,
                    b.id, b.complete_name, b.trace_gln, s.container, outer_p.name, p.id, p.name,
                    pi.name, CASE WHEN pi.id IS NOT NULL THEN 'stock.picking' END, pi.id,
                    pi.origin, %(user_id)s, %(user_name)s
                FROM unnest(%(ids)s::int[], %(before)s::int[], %(now)s::int[], %(pickings)s::int[])
                    AS c(package_id, before, now, picking_id)
                JOIN stock_package p ON p.id = c.package_id
                JOIN LATERAL (VALUES (%(delete)s, %(unpacking)s, %(disposition)s, c.before),
                    (%(add)s, %(packing)s, %(disposition)s, c.now)
                ) AS s(action, biz_step, disposition, container) ON s.container IS NOT NULL
                JOIN stock_package outer_p ON outer_p.id = s.container
                LEFT JOIN stock_location b ON b.id = p.location_id
                LEFT JOIN stock_picking pi ON pi.id = c.picking_id
                LEFT JOIN res_company co
                    ON co.id = COALESCE(pi.company_id, p.company_id, b.company_id, %(company)s)
                ORDER BY c.package_id, s.action DESC
                """,
                ids=list(package_ids),
                before=[container or None for container in before],
                now=[container or None for container in now],
                pickings=[picking or None for picking in pickings],
                add=steps.PACKED.action,
                delete=steps.UNPACKED.action,
                packing=steps.PACKED.biz_step,
                unpacking=steps.UNPACKED.biz_step,
                disposition=steps.PACKED.disposition,
                company=self.env.company.id,
                user_id=user.id,
                user_name=user.name,
            )
        )
        self.invalidate_model()
