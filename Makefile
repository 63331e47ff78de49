# Thin on purpose: every target is `python3 -m tools TARGET`; see tools/__init__.py.
PYTHON ?= python3
export k DB PORT

TARGETS := run demo pictures test test-core test-odoo bench lint format lock versions clean distclean
.PHONY: help $(TARGETS)

help:
	@cat tools/help.txt

$(TARGETS):
	@$(PYTHON) -m tools $@
