from lxml import etree

from odoo import models

#: Value of the context: a dict in which the code of texts is kept while many are rendered.
KEPT_CODE = "trace_kept_code"


class IrQweb(models.AbstractModel):
    """A text that is rendered for thousands, one after the other, is compiled once.

    Odoo compiles the text of a mail template again for each mail, which takes longer than all
    the rest of it. Who puts a dict into the context has the code kept in there, for as long as
    he keeps the dict.
    """

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        kept = self.env.context.get(KEPT_CODE)
        if kept is None or not isinstance(template, etree._Element):
            return super()._generate_code_uncached(template)
        key = etree.tostring(template), *map(self.env.context.get, self._get_template_cache_keys())
        if key not in kept:
            kept[key] = super()._generate_code_uncached(template)
        return kept[key]
