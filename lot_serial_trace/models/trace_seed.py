from odoo import fields, models


class TraceSeed(models.Model):
    """Seeds for sprouting: what a sprouter keeps of each lot of them (21 CFR 1.1330(b)).

    Told of the lot of seeds, or of the lot of sprouts where seeds are not kept as goods. Who packs
    sprouts hands it over with each of their lot codes.
    """

    _name = "trace.seed"
    _description = "Seeds for Sprouting"
    _rec_name = "lot_id"
    _order = "id desc"
    _check_company_auto = True

    lot_id = fields.Many2one("stock.lot", required=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    grower_id = fields.Many2one("res.partner")
    harvested = fields.Date()
    conditioner_id = fields.Many2one("res.partner")
    conditioner_lot = fields.Char("Conditioner's Lot Code")
    conditioned = fields.Date()
    packer_id = fields.Many2one("res.partner", "Packinghouse")
    packer_lot = fields.Char("Packinghouse's Lot Code")
    packed = fields.Date()
    supplier_id = fields.Many2one("res.partner")
    description = fields.Char(
        help="Type or taxonomic name, growing specifications, packaging, antimicrobial treatment"
    )
    code = fields.Char(
        "Seed Lot Code", help="Master lot and sub-lot. Empty: number of the lot of seeds"
    )
    received = fields.Date(help="Empty: when the lot of seeds came")

    _one_for_each_lot = models.Constraint(
        "UNIQUE(lot_id)", "The seeds of this lot are described already."
    )
