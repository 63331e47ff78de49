"""Answers in the shape of each authority; what they tell is invented."""

import json

OPENFDA = {
    "meta": {"last_updated": "2026-06-30", "results": {"skip": 0, "limit": 2, "total": 3}},
    "results": [
        {
            "recall_number": "F-9001-2026",
            "event_id": "99001",
            "status": "Ongoing",
            "classification": "Class I",
            "product_type": "Food",
            "product_description": "Meadow Gold Star honey, 250 g jar, UPC 0 12345 67890 5",
            "product_quantity": "1,200 jars",
            "code_info": "Lots HX220 through HX224; Best By 08/15/2026",
            "reason_for_recall": "Foreign matter",
            "distribution_pattern": "NC and VA",
            "recalling_firm": "Imaginary Apiaries LLC",
            "recall_initiation_date": "20260528",
            "report_date": "20260610",
            "openfda": {},
        },
        {
            "recall_number": "",
            "event_id": "99002",
            "status": "Ongoing",
            "classification": "Not Yet Classified",
            "product_type": "Food",
            "product_description": "Bulk oats",
            "code_info": "none",
            "reason_for_recall": "Undeclared milk",
            "recalling_firm": "Imaginary Mills",
            "recall_initiation_date": "20260599",
            "report_date": "20260611",
            "openfda": {"upc": ["012345678905", "n/a"]},
        },
    ],
}

IRES = {
    "MESSAGE": "success",
    "STATUSCODE": 400,
    "RESULT": [
        {
            "PRODUCTID": "1",
            "RECALLEVENTID": "98",
            "PRODUCTTYPESHORT": "Devices",
            "RECALLINITIATIONDT": "04/14/2026",
            "FIRMLEGALNAM": "Imaginary Scanners",
            "CENTERCLASSIFICATIONTYPETXT": "2",
            "ENFORCEMENTREPORTDT": "05/06/2026",
            "PRODUCTDESCRIPTIONTXT": "Kit (01)09521234543213(17)270531(10)33F25M\r\n",
            "PRODUCTSHORTREASONTXT": "Values may be wrong.",
            "RECALLNUM": "Z-9067-2026",
            "TERMINATIONDT": None,
        }
    ],
}


def fsis(listed):
    """A record as before June 2026 and as since then."""
    item = (
        "<p>16-oz. bags of &ldquo;Imaginary Farms CHICKEN&rdquo; with lot codes 24304, 24318 "
        "and use by date 12-15-26. UPC 0 12345 67890 5</p>"
    )
    other = "<p>2-lb. trays of &ldquo;Imaginary Farms WINGS&rdquo;</p>"
    many = (lambda *values: list(values)) if listed else (lambda *values: "\n".join(values))
    return {
        "field_title": "Imaginary Farms Recalls Chicken &amp; Wings",
        "field_recall_number": " 019-020-2026",
        "field_recall_url": "https://www.fsis.usda.gov/recalls-alerts/imaginary",
        "field_recall_date": "2026-06-15",
        "field_last_modified_date": "",
        "field_recall_classification": "Class I",
        "field_recall_reason": many("Product Contamination"),
        "field_product_items": many(item, other),
        "field_establishment": many("Imaginary Farms, Inc."),
        "field_states": many("California", "Nevada"),
        "field_active_notice": "True",
        "field_summary": "<p>WASHINGTON, June 15, 2026 &ndash; bearing establishment number "
        "&ldquo;EST. 51205&rdquo; inside the USDA mark.</p>",
        "langcode": "Spanish" if listed else "English",
    }


CPSC = {
    "RecallID": 19999,
    "RecallNumber": "26-999",
    "RecallDate": "2026-07-09T00:00:00",
    "Description": "This recall involves Imaginary kettles with model numbers IK-100 and IK-200 "
    "and serial numbers beginning with K57. Date codes 2101 through 2352 are on the base. "
    "UPC 012345678905.",
    "URL": "https://www.cpsc.gov/Recalls/2026/imaginary",
    "Title": "Imaginary Kettles Recalled",
    "LastPublishDate": "2026-07-10T00:00:00",
    "Products": [{"Name": "Kettles", "Model": "", "NumberOfUnits": "About 3,820"}],
    "Images": [{"URL": "https://www.cpsc.gov/k.png", "Caption": "k"}],
    "Importers": [{"Name": "Imaginary Imports LLC, of Richfield, Minnesota", "CompanyID": ""}],
    "Manufacturers": [],
    "ManufacturerCountries": [{"Country": "China"}],
    "ProductUPCs": [],
    "Hazards": [{"Name": "Burn hazard.", "HazardType": ""}],
    "Remedies": [{"Name": "Stop using it."}],
}

CPSC_XML = b"""<?xml version="1.0"?>
<ArrayOfRecall xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns="http://example.com/recalls">
  <Recall><RecallID>19999</RecallID><RecallNumber>26-999</RecallNumber>
    <RecallDate>2026-07-09T00:00:00</RecallDate><Title>Imaginary Kettles Recalled</Title>
    <Description>Serial numbers A1000 to A1999.</Description>
    <Products><Product><Name>Kettles</Name></Product><Product><Name>Pots</Name></Product></Products>
    <Hazards><Hazard><Name>Burn</Name></Hazard></Hazards>
  </Recall>
</ArrayOfRecall>"""

CPSC_OLD = b"""<message outcome="success"><results>
  <result UPC="012345678905" recallNo="10187" recDate="2010-04-01" prname="Bottles" hazard="Cuts"
    manufacturer="Imaginary &amp; Co" recallURL="http://example.com/1"/>
  <result UPC="" recallNo="10187" recDate="2010-04-01" prname="Jars" hazard="Cuts"/>
</results></message>"""

CPSC_TABLE = (
    '\ufeff"Recall Number",Date,"Recall Heading","Name of product",Description,"Hazard Description"'
    ',Units,Importers\r\n26-998,"February 19, 2026","Imaginary lights","Lights","Model ""L-5"" '
    '&nbsp;lights\nwith batch number 7654","They &amp; burn","About 3,400",'
    '"Imaginary, of China"\r\n'
).encode()

SAFETY_GATE = {
    "id": 777,
    "notificationType": {"key": "x", "code": "A12", "name": "ARTICLE_12"},
    "reference": "SR/00999/26",
    "country": {"key": "FR", "name": "France"},
    "publicationDate": "2026-03-27T09:51:33.719Z",
    "modificationDate": "2026-03-28T23:30:00.000+02:00",
    "product": {
        "productCategory": {"key": "toys", "name": "TOYS"},
        "nameSpecific": "Bear 20 cm",
        "brands": [{"brand": "Imaginary"}],
        "versions": [
            {"language": {"key": "FR"}, "name": "Jouet souple", "description": "Un ours."},
            {"language": {"key": "EN"}, "name": "Soft toy", "description": "A bear."},
        ],
        "barcodes": [{"barcode": "012345678905"}, {"barcode": "760258386219"}],
        "batchNumbers": [
            {"batchNumber": "28.07.2025 - 19.12.2025"},
            {"batchNumber": "B-77A, B-78A"},
        ],
        "modelTypes": [{"modelType": "IB-20"}],
        "photos": [{"id": 5, "mainPicture": True}],
    },
    "risk": {"riskType": [{"name": "CHOKING"}], "versions": []},
    "measureTaken": {"measures": [{"measureCategory": {"name": "RECALL_OF_THE_PRODUCT"}}]},
    "traceability": {"countryOrigin": {"key": "CN", "name": "China"}},
    "reactingCountries": [],
}

UK_FSA = {
    "items": [
        {
            "@id": "http://data.food.gov.uk/food-alerts/id/FSA-PRIN-99-2026",
            "notation": "FSA-PRIN-99-2026",
            "title": "Imaginary Foods recalls Cashews",
            "description": "May contain glass.",
            "created": "2026-05-26",
            "modified": "2026-05-26T17:11:12.534Z",
            "type": ["http://data.food.gov.uk/food-alerts/def/PRIN"],
            "reportingBusiness": {"commonName": "Imaginary Foods"},
            "alertURL": {"@id": "https://alerts.food.gov.uk/alert/fsa-prin-99-2026"},
            "problem": [{"riskStatement": "Glass.", "allergen": [{"label": ["Milk", "Milk"]}]}],
            "productDetails": [
                {
                    "productName": "Imaginary Cashews",
                    "packSizeDescription": "125g",
                    "batchDescription": [
                        {"bestBeforeDescription": "9 August 2026, 6 September 2026"},
                        {
                            "batchCode": "L2345A",
                            "useByDescription": "up to and including 3/12/2026",
                        },
                        {"batchCode": "All batches"},
                    ],
                }
            ],
            "country": [{"label": ["England", "England"]}],
        }
    ]
}

HEALTH_CANADA = [
    {
        "NID": "82999",
        "Title": "Imaginary Lounge Sets recalled ",
        "URL": "https://recalls-rappels.canada.ca/en/alert-recall/imaginary",
        "Organization": "Consumer product safety",
        "Product": None,
        "Issue": "Flammability",
        "What you should do": "",
        "Category": "Clothing",
        "Recall class": "Type I - Type II",
        "Last updated": None,
        "Archived": "0",
        "Detail": {
            "brandNames": ["Imaginary"],
            "affectedProducts": [
                {
                    "product": "Set",
                    "fields": {
                        "upc": "0 12345 67890 5",
                        "lotOrSerialNumber": "2026.JA.15, 00635256",
                        "modelOrCatalogueNumber": "KHK-190",
                    },
                }
            ],
        },
    },
    {"NID": "82998", "Title": "Other", "Recall class": "--", "Last updated": "2026-07-03"},
]

RAPPELCONSO = {
    "total_count": 250,
    "results": [
        {
            "date_publication": "2026-07-27T10:12:42+00:00",
            "numero_fiche": "2026-07-0999",
            "numero_version": 2,
            "marque_produit": "imaginaire",
            "libelle": "glace nougatine 550 ml",
            "identification_produits": [
                "3760171283370",
                "2017006",
                "date de durabilité minimale",
                "2026-12-05",
                "|3760171283370",
                "date limite de consommation",
                "2026-08-01",
                "2026-08-06",
            ],
            "marque_salubrite": "fr 35.022.001 ce",
            "distributeurs": "tous|super",
            "risques_encourus": "listeria",
            "lien_vers_la_fiche_rappel": "https://rappel.conso.gouv.fr/fiche-rappel/1/interne",
        },
        {
            "numero_fiche": "2026-07-0998",
            "libelle": "viande",
            "identification_produits": ["lots n° 2014 et 21188", "|tous les lots", "non concerné"],
            "date_publication": "2026-07-26",
        },
    ],
}

RASFF = (
    b"reference,category,type,subject,date,notifying_country,classification,risk_decision,origin,"
    b"hazards\n2026.5195,fish,food,Mercury in imaginary fish,21-06-2026 09:15:56,Italy,"
    b'alert notification,serious,Spain,"mercury  ,cadmium"\n'
)

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Recalls</title><link>http://example.com/</link>
<item><title>Imaginary Yam Recalled</title><link>http://example.com/yam</link>
<description>Lot codes YAM-001 &amp;amp; YAM-002</description>
<pubDate>Mon, 06 Jul 2026 13:49:00 EDT</pubDate><guid>http://example.com/yam</guid></item>
<item><title>No link</title><description>x</description></item>
</channel></rss>"""

TABLE = (
    b"Notice;Titel;GTIN;Charge;MHD;Hersteller\n"
    b"R-1;Honig 250 g;3760171283370;HON-2601, HON-2602;31.12.2026;Imkerei Beispiel\n"
)


def as_json(value):
    """The bytes that a service would send."""
    return json.dumps(value).encode()
