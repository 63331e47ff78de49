from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestStyles(TransactionCase):
    """Our styles compile: a mistake in one file takes the styles of all of Odoo with it."""

    def test_compile(self):
        for name in ("web.assets_web", "point_of_sale.assets_prod"):
            with self.subTest(name):
                bundle = self.env["ir.qweb"]._get_asset_bundle(name, css=True, js=False)
                ours = [
                    style.url for style in bundle.stylesheets if "lot_serial_trace" in style.url
                ]
                self.assertTrue(ours)
                bundle.preprocess_css()
                self.assertFalse(bundle.css_errors)
