"""What `make` calls: gets Odoo 19 and PostgreSQL, starts, tests and checks the add-on.

Standard library only, so that a bare machine can run it: ``python3 -m tools COMMAND``.

========================  =====================================================================
``base``                  places, messages, locks, hashes
``apt``, ``source``       Debian packages without root; where Odoo's code comes from
``pythonenv``             uv, virtual environments, Node
``browser``               Chromium for tests, wkhtmltopdf for printing
``postgres``              a private PostgreSQL, or the user's
``kit``                   all of the above, fetched side by side
``odoo``                  one Odoo on one server: configuration, command lines, log
``database``              databases that say about themselves whether they are complete
``serve``                 make run, make demo
``suite``, ``compare``    make test, make test-odoo, make bench
``narrow``                which tests ``k=EXPR`` means
``lint``, ``clean``       make lint, make format; make clean, make versions
``gs1_table``             the GS1 table for browsers, from the one of ``core/gs1``
``pytest_report``         pytest plugin: outcomes for ``suite``, ``--only``
``pytest_ground``         pytest plugin for Odoo's tests; runs inside Odoo's Python
``inside``                tasks that need an Odoo environment; runs inside Odoo's Python
========================  =====================================================================
"""
