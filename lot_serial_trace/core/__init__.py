"""What needs no database: parsing, reading, deciding.

Nothing below this package imports ``odoo`` or anything from ``models/``; it is
tested in seconds by plain pytest (``make test-core``).
"""
