"""What suppliers write above the columns of their tables, in many languages.

Collected from packing lists, vendor portals, spreadsheets of converters and the
PTI traceability workbooks. Written as :func:`~.columns.plain` writes headers: no
case, no accents, ``no`` for every word that means number. A star marks weak ones:
they stand back where another column is surely of the field.
"""

_HEADERS = {
    "number": """
        asn | asn no | asn ref | advance ship notice | advance shipping notice | shipment |
        shipment no | shipment id | shipment ref | shipping notice | despatch | despatch no
        | despatch advice | dispatch no | dispatch advice | delivery | delivery no |
        delivery note | delivery note no | delivery id | packing slip | packing slip no |
        packing list | packing list no | consignment no | ref doc | ref doc type and no |
        reference document | lieferschein | lieferschein no | lieferscheinno | lieferavis |
        lieferung | sendung | sendungsno | versandno | bon de livraison | no bl | bl |
        bordereau | no expedition | expedition | avis d expedition | albaran | no albaran |
        albaran no | remito | guia de remision | ddt | no ddt | bolla | documento di
        trasporto | pakbon | pakbonno | guia de transporte | romaneio | wz | no wz |
        foljesedel | fraktsedel | folgeseddel | lahete | dodaci list
    """,
    "order": """
        po | po no | po ref | pono | purchase order | purchase order no | customer po |
        customer po no | cust po | customer order | customer order no | order | order no |
        order ref | order id | your order | your order no | your ref | buyer order |
        bestellung | bestellno | bestell no | best no | bestellnummer | auftrag | auftragsno
        | ihre bestellung | kundenbestellno | bestellreferenz | commande | no commande |
        commande no | bon de commande | votre commande | pedido | no pedido | pedido no |
        orden de compra | oc | su pedido | ordine | no ordine | ordine no | ordine d
        acquisto | vostro ordine | encomenda | ordem de compra | bestelling | bestelno |
        inkooporder | zamowienie | no zamowienia | objednavka | tilaus | ordre | ordrenummer
    """,
    "order_line": """
        po line | po line no | order line | order line no | po item | line | line no | line
        item | position | pos | pos no | posno | bestellposition | bestellpos | positionsno
        | ligne | no ligne | ligne de commande | poste | linea | linea no | riga | riga
        ordine | regel | regelno | linha | pozycja | rad
    """,
    "gtin": """
        gtin | gtin no | gtin13 | gtin14 | gtin 13 | gtin 14 | gtin 12 | ean | ean no | ean
        code | ean13 | ean 13 | ean upc | upc | upc code | upc no | upc a | upca | barcode |
        bar code | barcode no | item barcode | product barcode | strichcode | ean gtin |
        gtin ean | gencod | gencode | code barre | code barres | codigo de barras | codice a
        barre | streepjescode | kod kreskowy | jan | jan code | tlc gtin | case gtin | unit
        gtin | item gtin
    """,
    "supplier_code": """
        supplier sku | vendor sku | supplier item | supplier item no | vendor item | vendor
        item no | supplier part no | vendor part no | supplier code | supplier product code
        | vendor product code | our item | our item no | our ref | mfr part no | mfg part no
        | mpn | mfr no | manufacturer part no | manufacturer part | part no | partno | ndc |
        ndc no | ndc11 | ndc 11 | lieferantenartikelno | lieferanten artikelno | lief artno
        | lieferanten no | herstellerno | hersteller artikelno | pzn | ref fournisseur |
        reference fournisseur | code fournisseur | cip | cip13 | referencia proveedor | ref
        proveedor | codice fornitore | aic | leveranciersartikelno
    """,
    "code": """
        sku | sku no | item | item no | item id | itemno | item code | product code |
        product no | product id | code | style | style no | article | article no | article
        code | artikel | artikelno | artikel no | artno | art no | artikelnummer |
        materialno | material no | material | sachno | reference | ref | ref article |
        reference article | code article | no article | code produit | articulo | cod
        articulo | codigo articulo | codigo | codigo producto | referencia | articolo | cod
        articolo | codice articolo | codice | codice prodotto | artigo | codigo do produto |
        produto codigo | artikelcode | kod | kod produktu | indeks | artikkel | tuote |
        product | produkt | produit | producto | prodotto | produto
    """,
    "buyer_code": """
        customer item | customer item no | customer sku | customer part no | customer
        product code | cust item | your item | your item no | your sku | buyer item no |
        buyer code | buyer part no | buyer sku | buyers item no | kundenartikelno | kunden
        artikelno | ihre artikelno | ihre artno | kundenmaterialno | ref client | code
        client article | votre reference | referencia cliente | su referencia | codice
        cliente | vostro codice | klantartikelno
    """,
    "name": """
        description | product name | item description | product description | item name |
        article description | article name | desc | designation | libelle | bezeichnung |
        artikelbezeichnung | produktname | produktbezeichnung | warenbezeichnung |
        beschreibung | descripcion | denominacion | nombre | descrizione | denominazione |
        descricao | omschrijving | opis | nazwa | benamning | beskrivelse | kuvaus | nom du
        produit | tlc description | product* | produkt* | produit* | producto* | prodotto* |
        produto* | item* | article* | artikel* | material*
    """,
    "quantity": """
        qty | quantity | qty shipped | shipped qty | quantity shipped | shipped quantity |
        ship qty | shipped | delivered | delivered qty | delivered quantity | qty delivered
        | despatched | despatched qty | qty despatched | dispatched qty | asn qty | total
        qty | total quantity | units* | pieces* | pcs* | each* | eaches* | qty uom | qty and
        uom | quantity and uom | qty unit | unit qty | lot qty | lot quantity | qty per lot
        | no of units | units shipped | menge | liefermenge | gelieferte menge | liefmenge |
        anzahl | stuck* | stueck* | stk* | mg* | stuckzahl | menge in stuck | quantite |
        quantite livree | qte | qte livree | quantite expediee | nombre* | cantidad |
        cantidad enviada | cant | cantidad entregada | unidades* | quantita | quantita
        spedita | qta | q ta | pezzi* | quantidade | qtd | qtde | aantal | hoeveelheid |
        ilosc | mnozstvi | antal | kvantitet | maara
    """,
    "ordered": """
        qty ordered | ordered qty | ordered quantity | order qty | order quantity | ordered
        | quantity ordered | bestellmenge | bestellte menge | auftragsmenge | quantite
        commandee | qte commandee | cantidad pedida | quantita ordinata | besteld |
        backorder | open qty | ob qoh | outstanding
    """,
    "unit": """
        uom | unit | unit of measure | units of measure | um | u m | pack | qty uom code |
        measure | einheit | me | mengeneinheit | vpe einheit | conditionnement | unite |
        unite de mesure | unidad | unidad de medida | udm | unita | unita di misura |
        unidade | eenheid | jednostka | jm | enhet | enhed | yksikko
    """,
    "pack_size": """
        pack size | case size | units per case | units case | qty per case | case qty |
        pieces per case | pcs per carton | case pack | inner qty | units per pack | vpe |
        inhalt | stuck pro karton | stk pro karton | pcb | colisage | uvc par colis |
        unidades por caja | pezzi per cartone | aantal per doos
    """,
    "cases": """
        cases | cartons | boxes | case count | no of cases | number of cases | ctns | no of
        cartons | kartons | anzahl kartons | nb colis | nombre de colis | cajas | bultos |
        cartoni | colli | caixas | dozen
    """,
    "lot": """
        lot | lot no | lot code | lot id | lot batch | lot batch no | batch | batch no |
        batch code | batch id | batch lot | batch lot no | tlc | traceability lot code |
        traceability lot | tlc batch | lot number code | mfg lot | manufacturer lot |
        supplier lot | vendor lot | charge | chargen | chargenno | charge no | charg | los |
        losno | losnummer | partie | partieno | no de lot | no lot | lot fabricant | numero
        de lot | lote | no lote | lote no | numero de lote | lotto | no lotto | lotto no |
        partijno | partij | lotnummer | batchnummer | chargenummer | partia | no partii |
        seria leku | sarze | parti | partino | era | erano
    """,
    "serial": """
        serial | serial no | serialno | serial code | serial id | serials | serial nos | s n
        | sn | sno | ser no | imei | imei1 | imei no | meid | mac address | unit id | device
        id | seriennummer | serienno | seriennummern | serien no | sernr | no de serie |
        numero de serie | no serie | n serie | ns | num serie | series | numeros de serie |
        matricola | numero di serie | no seriale | seriale | serienummer | no seryjny |
        vyrobni cislo | serienr | sarjano | sgtin
    """,
    "expiry": """
        expiry | expiry date | expiration | expiration date | expire date | exp date | exp |
        expires | expires on | expdate | use by | use by date | used by | ubd | valid until
        | shelf life date | verfall | verfalldatum | verfallsdatum | ablaufdatum | haltbar
        bis | verbrauchsdatum | vfd | dlc | peremption | date de peremption | date
        peremption | date limite | date d expiration | caducidad | fecha de caducidad |
        fecha caducidad | vencimiento | fecha de vencimiento | scadenza | data scadenza |
        data di scadenza | validade | data de validade | vervaldatum | houdbaar tot | tgt |
        data waznosci | termin waznosci | expirace | utgangsdatum | udlobsdato
    """,
    "best_before": """
        best before | best before date | bbd | bbe | best before end | best by | best by
        date | bb date | mhd | mindesthaltbarkeit | mindesthaltbarkeitsdatum | dluo | ddm |
        tht | consumo preferente | fecha de consumo preferente | tmc | data minima | bast
        fore | bedst for | parasta ennen | sell by | sell by date
    """,
    "made": """
        mfg date | manufacturing date | manufacture date | manufactured | mfd | date of
        manufacture | production date | prod date | produced | pack date | packing date |
        packed on | harvest date | herstelldatum | herstellungsdatum | produktionsdatum |
        abpackdatum | date de fabrication | date de production | date fabrication | fecha de
        fabricacion | fecha fabricacion | fecha de produccion | data di produzione | data
        produzione | data de fabrico | data de fabricacao | productiedatum | data produkcji
        | tillverkningsdatum
    """,
    "date_code": """
        date code | tlc date | lot date
    """,
    "date_kind": """
        date type | tlc date type | date code type
    """,
    "pallet": """
        sscc | sscc no | sscc code | sscc 18 | sscc18 | pallet | pallet no | pallet id |
        pallet sscc | lpn | license plate | nve | nve no | palette | paletten no |
        palettenno | palettennummer | ladungstrager | no palette | support | palet | no
        palet | matricula | pallet nummer | palletno | paleta | pack level 1 | tlc sscc |
        container | container no | ladeeinheit | handling unit | hu | bancale | pedana
    """,
    "carton": """
        carton | carton no | carton id | carton sscc | box | box no | box id | case no |
        case id | package | package no | package id | parcel | parcel no | karton | kartonno
        | packstuck | packstuckno | colis | no colis | no de colis | caja | bulto | no bulto
        | collo | cartone | doos | doosno | pack level 2 | carton label | ucc128 | ucc 128
    """,
    "weight": """
        net weight | net wt | weight | catch weight | actual weight | nettogewicht | gewicht
        | nettogew | poids | poids net | peso | peso neto | peso netto | peso liquido |
        netto gewicht | masa netto | nettovikt
    """,
    "issued": """
        date | document date | doc date | asn date | datum | belegdatum | lieferscheindatum
        | date bl | fecha | fecha albaran | data | data ddt
    """,
    "despatched": """
        ship date | shipment date | shipping date | shipped date | shipped on | date shipped
        | despatch date | dispatch date | versanddatum | versandtag | date d expedition |
        date expedition | fecha de envio | fecha envio | data spedizione | data di
        spedizione | verzenddatum | data wysylki
    """,
    "expected": """
        delivery date | expected date | eta | arrival date | expected delivery | expected
        delivery date | estimated arrival | due date | receive date | liefertermin |
        lieferdatum | ankunft | date de livraison | date livraison | fecha de entrega |
        fecha entrega | data consegna | data di consegna | leverdatum | data de entrega |
        data dostawy
    """,
    "supplier": """
        immediate previous source ips location shipped from location |
        supplier | supplier name | vendor | vendor name | ship from | ship from name |
        shipper | sender | from | ship from location | lieferant | absender | fournisseur |
        expediteur | proveedor | remitente | fornitore | mittente | fornecedor | leverancier
        | dostawca
    """,
    "supplier_gln": """
        supplier gln | vendor gln | ship from gln | gln supplier | ship from location id |
        lieferant gln | gln lieferant | gln fournisseur | gln proveedor | gln fornitore
    """,
    "ship_to": """
        ship to | ship to name | ship to location | deliver to | delivery address |
        destination | recipient | receiver | consignee | store | receive location |
        lieferadresse | empfanger | lieferort | adresse de livraison | destinataire | livrer
        a | destino | destinatario | direccion de entrega | luogo di consegna | afleveradres
        | odbiorca
    """,
    "ship_to_gln": """
        ship to gln | gln | delivery gln | gln ship to | ship to location id | gln
        warenempfanger | lieferort gln | gln lieferort | store gln
    """,
    "carrier": """
        carrier | carrier name | scac | spediteur | frachtfuhrer | transporteur |
        transportista | vettore
    """,
    "tracking": """
        tracking | tracking no | tracking id | tracking code | awb | waybill | waybill no |
        trackingno | no de suivi | seguimiento
    """,
}

#: field -> headers
SYNONYMS = {
    name: tuple(header.strip() for header in text.split("|")) for name, text in _HEADERS.items()
}
