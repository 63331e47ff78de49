"""RappelConso (France): recalls of consumer goods and food.

``identification_produits`` is a list of tokens: GTIN, lot, kind of date, date, second date.
A further product begins with ``|`` glued to its GTIN, and any token may be missing, so each
is known by its shape. Licence Ouverte 2.0.
"""

import re

from .form import Item, Mark, Notice
from .marks import prose, whole, year_of
from .numbers import read_gtin
from .source import Request, Source

_GTIN = re.compile(r"\d{8}|\d{12,14}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_KIND = re.compile(
    r"date\s+(?:limite|de\s+durabilit|d'expiration)|^ddm$|^dlc$|^dluo$", re.IGNORECASE
)
_ALL = re.compile(r"^(?:tous|toutes|l'ensemble)\b", re.IGNORECASE)
_NOTHING = re.compile(r"^(?:non\s+concern|voir\b|sans\b|aucun|néant|inconnu|-+$|/$)", re.IGNORECASE)
_FIELD = "identification_produits"


def fits(data):
    """Whether a record is one of RappelConso."""
    return "numero_fiche" in data or "rappel_guid" in data


def read(record, head):
    """Make a notice of a record."""
    notice = Notice(
        "rappelconso",
        number=record.line_of("numero_fiche") or record.line_of("rappel_guid", "id"),
        lang="fr",
        version=record.line_of("numero_version"),
        title=_title(record),
        published=record.when("date_publication"),
        initiated=record.when("date_publication"),
        ended=record.when("date_de_fin_de_la_procedure_de_rappel"),
        klass=record.line_of("nature_juridique_rappel"),
        category=" / ".join(
            filter(None, map(record.line_of, ("categorie_produit", "sous_categorie_produit")))
        ),
        hazard=record.text("risques_encourus"),
        reason=record.text("motif_rappel"),
        action=record.text("conduites_a_tenir_par_le_consommateur").replace("|", "\n"),
        authority="RappelConso",
        country="FR",
        area=record.text("zone_geographique_de_vente").replace("|", ", "),
        firms=record.texts("distributeurs", split=r"[|,]\s*"),
        urls=record.urls("lien_vers_la_fiche_rappel", "lien_vers_affichette_pdf"),
        images=record.urls("liens_vers_les_images"),
    )
    notice.items = _items(record, notice)
    if not record.line_of("numero_fiche"):
        record.flaw("no_number", "numero_fiche")
    return notice


def _title(record):
    name = record.line_of("libelle", "modeles_ou_references", "noms_des_modeles_ou_references")
    return " – ".join(
        filter(None, (record.line_of("marque_produit", "nom_de_la_marque_du_produit"), name))
    )[:250]


def _items(record, notice):
    base = {
        "product": record.line_of("libelle", "modeles_ou_references") or notice.title,
        "pack": record.text("conditionnements"),
        "brands": record.texts("marque_produit"),
        "models": record.texts("modeles_ou_references"),
    }
    item = Item(**base)
    tokens = _tokens(record)
    item.codes = _as_text(tokens)
    year = year_of(notice.published)
    for group in tokens:
        item.marks += _marks(group, year)
    mark = record.line_of("marque_salubrite")
    if mark:
        item.marks.append(Mark("establishment", mark.upper(), text=mark, field="marque_salubrite"))
    prose(item, record.text("modeles_ou_references"), "modeles_ou_references", False, True, year)
    if not item.marks:
        extra = record.text("informations_complementaires")
        prose(item, extra, "informations_complementaires", False, True, year)
    return whole([item])


def _tokens(record):
    """Groups of tokens, one a product and lot; texts of older data are taken apart at ``$``."""
    groups = [[]]
    for text in record.texts(_FIELD, split=r"\$") or record.texts("identification_des_produits"):
        for at, part in enumerate(text.split("|")):
            if at:
                groups.append([])
            if part.strip():
                groups[-1].append(part.strip())
    return [group for group in groups if group]


def _as_text(groups):
    return "\n".join(" ".join(group) for group in groups)


def _marks(group, year):
    """Tell the tokens of a group by their shapes."""
    found, days, dated = [], [], False
    for token in group:
        if _GTIN.fullmatch(token.replace(" ", "")) and not found:
            kind, value = read_gtin(token)
            found.append(Mark(kind, value or token, text=token, field=_FIELD))
        elif _KIND.search(token):
            dated = True
        elif _DAY.fullmatch(token):
            days.append(token)
        elif _ALL.match(token):
            found.append(Mark("all", text=token[:200], field=_FIELD))
        elif not _NOTHING.match(token):
            found += _lots(token, year)
    meaning = "best_by" if dated or days else ""
    if len(days) == 2 and days[0] < days[1]:
        text = " – ".join(days)
        found.append(Mark("date_range", *days, text, _FIELD, meaning))
    else:
        found += [Mark("date", day, text=day, field=_FIELD, meaning=meaning) for day in days]
    return found


def _lots(token, year):
    """A token that is no GTIN and no date: one lot, or a sentence about lots."""
    if re.fullmatch(r"[\w./+-]{2,30}", token) and any(map(str.isdigit, token)):
        return [Mark("lot", token, text=token, field=_FIELD)]
    item = Item()
    prose(item, token, _FIELD, codes=True, day_first=True, year=year)
    return item.marks


# -- asking ------------------------------------------------------------------


def first(asked):
    """Notices published since a day, the latest first; at most 100 a page."""
    own = dict(asked.filters)
    where = f"date_publication>=date'{asked.since}'"
    if own.get("where"):
        where = f"{where} and ({own.pop('where')})"
    params = {
        "where": where,
        "order_by": "date_publication desc",
        "limit": min(asked.size or 100, 100),
        "offset": 0,
        **own,
    }
    return Request(asked.url, params=tuple(params.items()))


def following(asked, request, page):
    """The next page; the service gives 10,000 records at most."""
    params = dict(request.params)
    offset = int(params["offset"]) + len(page.notices)
    if not page.notices or offset >= min(page.total or 0, 9_900):
        return None
    return Request(asked.url, params=tuple({**params, "offset": offset}.items()))


def follow(page, head, _rows):
    """How many records there are altogether."""
    total = head.get("total_count", head.get("nhits"))
    page.total = int(total) if str(total).isdigit() else None


def refusal(head):
    """What the service says instead of records."""
    return str(head.get("message") or head.get("error") or "") if "error_code" in head else ""


SOURCES = (
    Source(
        "rappelconso",
        "RappelConso (France)",
        fits,
        read,
        authority="RappelConso",
        country="FR",
        url="https://data.economie.gouv.fr/api/explore/v2.1/catalog/datasets/"
        "rappelconso-v2-gtin-espaces/records",
        lists=("results", "records"),
        key_fields="numero_fiche, libelle, identification_produits",
        size=100,
        first=first,
        next=following,
        refusal=refusal,
        follow=follow,
    ),
)
