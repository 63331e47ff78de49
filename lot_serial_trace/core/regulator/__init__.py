"""What authorities ask for, as files: see :mod:`sheets`, and :mod:`..fsma204` for one law of it."""
