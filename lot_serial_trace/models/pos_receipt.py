from odoo import api, fields, models


class PosConfig(models.Model):
    """What the receipts of a till say about numbers."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.config"

    trace_receipt_qr = fields.Boolean(
        "Codes on Receipts",
        help="Beside each lot or serial number of a product with a GTIN the receipt has a QR code "
        "(GS1 Digital Link) that leads to the unit.",
    )
    trace_zone = fields.Char(
        "Time Zone of the Shop",
        compute="_compute_trace_zone",
        help="Days on receipts are those of the shop, whatever the device's clock is set to.",
    )

    @api.depends("picking_type_id", "company_id")
    def _compute_trace_zone(self):
        rules = self.env["trace.expiry.rule"].sudo()
        for config in self:
            config.trace_zone = rules._place_zone(config._trace_shop()).key


class ResConfigSettings(models.TransientModel):
    """Settings of a till."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    pos_trace_receipt_qr = fields.Boolean(related="pos_config_id.trace_receipt_qr", readonly=False)


class PosOrder(models.Model):
    """Whether a customer was asked for."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.order"

    trace_no_customer = fields.Boolean(
        "Customer Not Wanted",
        readonly=True,
        copy=False,
        help="The cashier asked who buys, because of the policy “Customer wanted”, and the "
        "customer did not want to be known.",
    )


class ProductTemplate(models.Model):
    """Tills know how long products are covered, also while the network is gone."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    @api.model
    def _load_pos_data_fields(self, config_id):
        names = super()._load_pos_data_fields(config_id)
        return [*names, "trace_warranty_term", "trace_warranty_from"]


class ResCompany(models.Model):
    """Tills write the same links as labels."""

    # One file for each concern.  pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    trace_page_stem = fields.Char(
        compute="_compute_trace_page_stem",
        help="What links to goods that have a public page begin with.",
    )

    @api.depends("trace_link_stem", "trace_page", "trace_page_host")
    def _compute_trace_page_stem(self):
        for company in self:
            company.trace_page_stem = company._trace_stem()

    @api.model
    def _load_pos_data_fields(self, config):
        stems = ["trace_link_stem", "trace_page_stem"]
        return [*super()._load_pos_data_fields(config), *stems]
