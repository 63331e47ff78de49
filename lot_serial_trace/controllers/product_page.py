import base64
import hashlib
import json
from functools import cache
from urllib.parse import quote, urlencode

from markupsafe import Markup
from werkzeug.http import is_resource_modified

from odoo.http import Controller, request, route
from odoo.tools import file_open, get_lang

from ..core import product_page as page
from ..core.rate import Rate, network

#: Visits a minute from one address, and numbers in ten minutes that we cannot confirm, at each
#: worker. Who has used the second one up still sees products, but no numbers.
VISITS, MISSES = Rate(120, 60), Rate(20, 600)
#: Addresses left by one visitor in an hour.
ASKS = Rate(10, 3600)
#: A recall must be seen soon; a code that goes round the world must not be a burden.
FRESH = 60
LINKSET, JSON, HTML = "application/linkset+json", "application/json", "text/html"
_KEPT = f"public, max-age={FRESH}"


@cache
def style():
    """The style sheet of the pages, and the hash by which a browser lets only this one in."""
    with file_open("lot_serial_trace/static/page/page.css") as file:
        text = file.read()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"


def closed():
    """What a browser may do with a page that strangers see."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src {style()[1]}; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def shown_in(lang):
    """Have the rest of the request speak a language."""
    request.update_context(lang=lang)


def languages():
    """``(code, name)`` of the languages in which the pages can be read."""
    return [(lang.code, lang.name) for lang in request.env["res.lang"].sudo().search([])]


def language(wanted=""):
    """The language that was asked for, else the browser's, if it is installed."""
    codes = [code for code, _name in languages()]
    asked = [wanted] if wanted and isinstance(wanted, str) else []
    tags = asked + list(request.httprequest.accept_languages.values())
    return page.best_language(tags, codes) or get_lang(request.env).code


def visitor():
    """Whom the rates count: behind a proxy only with Odoo's ``proxy_mode``."""
    return network(request.httprequest.remote_addr)


def html(template, values, status, headers=()):
    """A page in the language of the request."""
    lang = request.env.context["lang"]
    content = request.env["ir.qweb"]._render(
        f"lot_serial_trace.{template}",
        {
            "style": style()[0],
            "html_lang": page.language_tag(lang),
            "languages": languages(),
            **values,
        },
    )
    response = request.make_response(content, [("Content-Type", "text/html; charset=utf-8")])
    response.status_code = status
    response.headers.update(closed())
    response.headers["Content-Language"] = page.language_tag(lang)
    response.headers.extend(headers)
    return response


def kept(response):
    """Let it be kept for a minute, and asked for again by its content."""
    response.headers["Cache-Control"] = _KEPT
    response.headers["Vary"] = "Accept, Accept-Language"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    if not is_resource_modified(request.httprequest.environ, etag=response.get_etag()[0]):
        response.status_code = 304
        response.set_data(b"")
    return response


def never_kept(response):
    """It is for one visitor, or says that something went wrong."""
    response.headers["Cache-Control"] = "no-store"
    return response


def only_read(_controller, _rule, args):
    """Pages are read from a replica where there is one, unless something is to be kept."""
    if request.httprequest.method == "POST":
        return False
    return "/21/" not in args["rest"] or not request.env["trace.page.look"].sudo()._counts()


class ProductPages(Controller):
    """The resolver: a page for people, a linkset for programs, the same address."""

    @route(
        "/01/<path:rest>",
        type="http",
        auth="public",
        methods=["GET", "HEAD", "POST", "OPTIONS"],
        csrf=False,
        save_session=False,
        sitemap=False,
        readonly=only_read,
        max_content_length=16 * 1024,
    )
    def resolve(self, rest, **form):
        """What is behind a GS1 Digital Link.

        A foreign page may have somebody send the form: it can as well send it itself.
        """
        form = {name: text for name, text in form.items() if isinstance(text, str)}
        if request.httprequest.method == "OPTIONS":
            return self._for_all(request.make_response(""))
        shown_in(language(form.get("lang", "")))
        if not VISITS.allows(visitor()):
            return self._sorry("too_many", 429, [("Retry-After", "60")])
        try:
            asked = page.read(
                request.httprequest.environ.get("REQUEST_URI") or f"/01/{quote(rest)}"
            )
        except page.NoLink:
            return self._sorry("no_link", 400)
        if asked.is_unit and MISSES.is_spent(visitor()):
            return self._sorry("too_many", 429, [("Retry-After", "600")])
        companies = self._companies()
        found = request.env["trace.page"].sudo()._look_up(asked, companies)
        if not found:
            return self._sorry("nothing", 404)
        return self._answer(found, form)

    def _companies(self):
        companies = request.env["res.company"].sudo()
        return companies._trace_page_companies(request.httprequest.host)

    def _answer(self, found, form):
        if found["state"] == page.UNKNOWN:
            MISSES.allows(visitor())
        if request.httprequest.method == "POST":
            return self._register(found, form)
        if form.get("number", "").strip() and found["state"] == page.PRODUCT:
            return self._number(found, form["number"].strip()[:100])
        wanted = form.get("linkType", "")
        if wanted in page.ALL or not wanted and self._wants_links():
            return self._linkset(found)
        if wanted:
            return self._one_link(found, page.link_type(wanted), form)
        return self._page(found)

    # -- people ---------------------------------------------------------------

    def _page(self, found, status=200, **more):
        request.env["trace.page.look"].sudo()._note(found, visitor())
        values = request.env["trace.page"].sudo()._values(found, **more)
        links = self._own(found)
        response = html("product_page", values, status)
        response.headers["Link"] = f'<{links}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
        self._for_all(response)
        return never_kept(response) if more else kept(response)

    def _register(self, found, form):
        """Take a mail address; whether it was known already is not told."""
        values = request.env["trace.page"].sudo()._values(found)
        if not values["may_register"]:
            return self._page(found)
        email = (form.get("email") or "")[:254].strip()
        if not ASKS.allows(visitor()):
            return self._sorry("too_many", 429, [("Retry-After", "3600")])
        owners = request.env["trace.ownership"].sudo()
        says = owners._ask(found["lot"], found["company"], email, request.env.lang)
        if says:
            return self._page(found, 422, says=says, email=email)
        return self._page(found, registered=email)

    def _number(self, found, number):
        """From the field on the page to the address of the unit."""
        name = "serial" if found["tracking"] == "serial" else "lot"
        asked = page.Asked(found["asked"].gtin, **{name: number})
        return request.redirect(asked.path, 303)

    def _sorry(self, outcome, status, headers=()):
        return never_kept(html("product_page_none", {"outcome": outcome}, status, headers))

    # -- programs -------------------------------------------------------------

    def _wants_links(self):
        kinds = request.httprequest.accept_mimetypes
        return kinds.best_match([HTML, LINKSET, JSON], HTML) != HTML

    def _own(self, found):
        return found["company"]._trace_page_root() + found["asked"].path

    def _linkset(self, found):
        """All links. They are those of the product, whatever is known of the number."""
        asked, company = found["asked"], found["company"]
        pages = request.env["trace.page"].sudo()
        titles = pages._link_titles(asked, company, self._own(found))
        tags = [page.language_tag(code) for code, _name in languages()]
        name = found["product"].with_context(display_default_code=False).display_name
        made = json.dumps(page.linkset(self._own(found), name, titles, tags), ensure_ascii=False)
        response = request.make_response(made, [("Content-Type", LINKSET)])
        response.headers["Link"] = (
            f'<{page.CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; '
            'type="application/ld+json"'
        )
        response.headers.update(closed())
        return kept(self._for_all(response))

    def _one_link(self, found, name, form):
        """To the link of one type; there is no other than those of the linkset."""
        pages = request.env["trace.page"].sudo()
        titles = pages._link_titles(found["asked"], found["company"], found["asked"].path)
        if name not in titles:
            return self._sorry("no_such_link", 404)
        path, _hash, place = titles[name][1].partition("#")
        rest = urlencode({key: text for key, text in form.items() if key != "linkType"})
        address = f"{path}?{rest}" if rest else path
        response = request.redirect(f"{address}#{place}" if place else address, 307)
        return self._for_all(response)

    def _for_all(self, response):
        """Programs in other pages may read it: it is public."""
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Expose-Headers"] = "Link, ETag, Content-Language"
        return response

    @route(
        "/.well-known/gs1resolver",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
        readonly=True,
    )
    def description(self):
        """What the resolver says of itself, where a company has switched pages on."""
        companies = self._companies()
        if not companies or not VISITS.allows(visitor()):
            raise request.not_found()
        company = companies[0]
        made = page.description_file(company._trace_page_root(), company.name)
        response = request.make_json_response(made)
        response.headers.update(closed())
        return kept(self._for_all(response))

    # -- pictures, previews ---------------------------------------------------

    @route(
        "/trace/product/<string:gtin>.img",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
        readonly=True,
    )
    def image(self, gtin):
        """The picture of a public product."""
        if not VISITS.allows(visitor()):
            return never_kept(request.make_response("", status=429))
        asked = page.Asked(gtin) if gtin.isascii() and gtin.isdigit() else None
        pages = request.env["trace.page"].sudo()
        found = asked and len(gtin) == 14 and pages._look_up(asked, self._companies())
        if not found or not found["product"].image_512:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(
            found["product"], "image_512", width=512, height=512
        )
        response = stream.get_response(max_age=3600)
        response.headers.update(closed())
        return response

    @route(
        "/lot_serial_trace/page/<int:lot_id>",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def preview(self, lot_id, lang=""):
        """The page of a lot for who may read the lot, also before it is switched on."""
        lot = request.env["stock.lot"].browse(lot_id)
        if not lot.exists() or not lot.has_access("read"):
            raise request.not_found()
        shown_in(language(lang or request.env.lang))
        values = request.env["trace.page"].sudo()._preview(lot.sudo())
        return never_kept(html("product_page", values, 200))
