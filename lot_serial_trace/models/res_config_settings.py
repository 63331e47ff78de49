from odoo import fields, models
from odoo.exceptions import UserError

from .quant_batch import ONE_BY_ONE
from .trace_block_anchor import ANCHOR_TO
from .trace_expiry_telling import DIGESTS
from .trace_fefo_judging import JUDGED


class ResConfigSettings(models.TransientModel):
    """Settings of the Traceability app."""

    _inherit = "res.config.settings"

    trace_history_done = fields.Integer(
        "History Read (%)",
        compute="_compute_trace_history",
        help="Movements from before the add-on.",
    )
    trace_history_text = fields.Char(compute="_compute_trace_history")
    trace_one_by_one = fields.Boolean(
        "Book Numbers One by One",
        config_parameter=ONE_BY_ONE,
        help="Slower, with Odoo's own code alone: for comparing, or beside add-ons that change it.",
    )

    trace_anchor_to = fields.Char(
        "Mail an Anchor to",
        config_parameter=ANCHOR_TO,
        help="E-mail addresses with commas between them.",
    )

    trace_gs1_prefix = fields.Char(related="company_id.trace_gs1_prefix", readonly=False)
    trace_sscc_extension = fields.Char(related="company_id.trace_sscc_extension", readonly=False)
    trace_link_stem = fields.Char(related="company_id.trace_link_stem", readonly=False)
    trace_sscc_new = fields.Boolean(related="company_id.trace_sscc_new", readonly=False)

    trace_page = fields.Boolean(related="company_id.trace_page", readonly=False)
    trace_page_goods = fields.Selection(related="company_id.trace_page_goods", readonly=False)
    trace_page_host = fields.Char(related="company_id.trace_page_host", readonly=False)
    trace_page_owners = fields.Boolean(related="company_id.trace_page_owners", readonly=False)
    trace_owner_months = fields.Integer(related="company_id.trace_owner_months", readonly=False)
    trace_page_places = fields.Integer(related="company_id.trace_page_places", readonly=False)

    trace_archive_monthly = fields.Boolean(
        related="company_id.trace_archive_monthly", readonly=False
    )

    trace_fefo_judged = fields.Selection(
        [("fefo", "Goods that leave by First Expired, First Out"), ("all", "All that expires")],
        "Judge First Expired, First Out",
        default="fefo",
        config_parameter=JUDGED,
        help="Of which goods the report “First Expired, First Out” says whether the right lot "
        "was taken.",
    )

    trace_expiry_digests = fields.Boolean(
        "One Message for All Expiring Lots",
        config_parameter=DIGESTS,
        help="Instead of Odoo's activity for each lot that reaches its alert date.",
    )

    def _compute_trace_history(self):
        done, total = self.env["trace.event"]._backfill_progress()
        self.trace_history_done = 100 * done // total if total else 100
        self.trace_history_text = self.env._(
            "%(done)s of %(total)s movements from before the installation looked at",
            done=done,
            total=total,
        )

    def action_trace_page(self):
        """Open the page of a number that was sold last, as a visitor sees it."""
        lot = self.env["trace.page"]._example(self.company_id)
        if not lot:
            raise UserError(
                self.env._(
                    "There is no lot or serial number of a product with a GTIN yet. Give a product "
                    "a GTIN as its barcode and receive it; then look again."
                )
            )
        return lot.action_trace_page()

    def action_trace_sscc_sequence(self):
        """Show where the numbering of packages stands: it may be set forward, never back."""
        numbers = self.env["trace.sscc"]
        sequence = numbers._sequence(*numbers._numbering(self.company_id))
        return sequence._get_records_action(name=self.env._("Serial references"))

    def action_trace_backfill(self):
        """Go on reading history in the background, now."""
        self.env.ref("lot_serial_trace.cron_backfill")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("History is being read in the background."),
            },
        }
