{
    "name": "Lot & Serial Traceability",
    "summary": "Follow every lot and serial number from the supplier's shipping notice "
    "to the customer, stop what must not move, and prove it afterwards",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "license": "LGPL-3",
    "author": "lot_serial_trace contributors",
    "application": True,
    "depends": [
        "stock",
        "product_expiry",
        "purchase_stock",
        "sale_stock",
        "point_of_sale",
        "account_add_gln",
    ],
    "external_dependencies": {"python": ["biip", "lxml"]},
    "data": [
        "security/security.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/menus.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            "lot_serial_trace/static/src/**/*",
        ],
        "web.assets_tests": [
            "lot_serial_trace/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "lot_serial_trace/static/tests/**/*.test.js",
        ],
    },
}
