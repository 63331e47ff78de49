// Written by tools/gs1_table.py. Do not edit: change its sources and run it again.
//
// The application identifiers are those of the GS1 Syntax Dictionary, Copyright (c) 2020-2021
// BWIPP project, 2020-2021 Zint Project, 2021-2025 GS1 AISBL, Apache License, Version 2.0
// (core/gs1/LICENSE.Apache-2.0).

// Marks a sentence for translation. The reader itself depends on nothing of Odoo: who shows a
// sentence translates it, _t(error.template, error.values).
const _t = (text) => text;

// [first AI, last AI, flags, specification, attributes, title]
// prettier-ignore
export const AI_ROWS = [
    ["00", "00", "*?", "N18,csum,gcppos2", "dlpkey", "SSCC"],
    ["01", "01", "*?", "N14,csum,gcppos2", "ex=255,37 dlpkey=22,10,21|235", "GTIN"],
    ["02", "02", "*?", "N14,csum,gcppos2", "ex=01,03 req=37", "CONTENT"],
    ["03", "03", "*", "N14,csum,gcppos2", "ex=01,02,37,235", "MTO GTIN"],
    ["10", "10", "?", "X..20", "req=01,02,03,8006,8026", "BATCH/LOT"],
    ["11", "11", "*?", "N6,yymmd0", "req=01,02,03,8006,8026", "PROD DATE"],
    ["12", "12", "*?", "N6,yymmd0", "req=8020", "DUE DATE"],
    ["13", "13", "*?", "N6,yymmd0", "req=01,02,03,8006,8026", "PACK DATE"],
    ["15", "15", "*?", "N6,yymmd0", "req=01,02,03,8006,8026", "BEST BEFORE or BEST BY"],
    ["16", "16", "*?", "N6,yymmd0", "req=01,02,03,8006,8026", "SELL BY"],
    ["17", "17", "*?", "N6,yymmd0", "req=01,02,03,255,8006,8026", "USE BY or EXPIRY"],
    ["20", "20", "*?", "N2", "req=01,02,03,8006,8026", "VARIANT"],
    ["21", "21", "", "X..20", "req=01,03,8006 ex=235", "SERIAL"],
    ["22", "22", "", "X..20", "req=01", "CPV"],
    ["235", "235", "", "X..28", "req=01", "TPX"],
    ["240", "240", "?", "X..30", "req=01,02,03,8006,8026", "ADDITIONAL ID"],
    ["241", "241", "?", "X..30", "req=01,02,03,8006,8026", "CUST. PART No."],
    ["242", "242", "?", "N..6", "req=01,02,8006,8026", "MTO VARIANT"],
    ["243", "243", "?", "X..20", "req=01,03", "PCN"],
    ["250", "250", "?", "X..30", "req=01+21,03+21,8006+21", "SECONDARY SERIAL"],
    ["251", "251", "?", "X..30", "req=01,03,8006", "REF. TO SOURCE"],
    ["253", "253", "?", "N13,csum,gcppos1 [X..17]", "dlpkey", "GDTI"],
    ["254", "254", "", "X..20", "req=414", "GLN EXTENSION COMPONENT"],
    ["255", "255", "?", "N13,csum,gcppos1 [N..12]", "dlpkey ex=01,02,415,8006,8020,8026", "GCN"],
    ["30", "30", "?", "N..8", "req=01,02", "VAR. COUNT"],
    ["3100", "3105", "*?", "N6", "req=01,02 ex=310n", "NET WEIGHT (kg)"],
    ["3110", "3115", "*?", "N6", "req=01,02 ex=311n", "LENGTH (m)"],
    ["3120", "3125", "*?", "N6", "req=01,02 ex=312n", "WIDTH (m)"],
    ["3130", "3135", "*?", "N6", "req=01,02 ex=313n", "HEIGHT (m)"],
    ["3140", "3145", "*?", "N6", "req=01,02 ex=314n", "AREA (m\u00b2)"],
    ["3150", "3155", "*?", "N6", "req=01,02 ex=315n", "NET VOLUME (l)"],
    ["3160", "3165", "*?", "N6", "req=01,02 ex=316n", "NET VOLUME (m\u00b3)"],
    ["3200", "3205", "*?", "N6", "req=01,02 ex=320n", "NET WEIGHT (lb)"],
    ["3210", "3215", "*?", "N6", "req=01,02 ex=321n", "LENGTH (in)"],
    ["3220", "3225", "*?", "N6", "req=01,02 ex=322n", "LENGTH (ft)"],
    ["3230", "3235", "*?", "N6", "req=01,02 ex=323n", "LENGTH (yd)"],
    ["3240", "3245", "*?", "N6", "req=01,02 ex=324n", "WIDTH (in)"],
    ["3250", "3255", "*?", "N6", "req=01,02 ex=325n", "WIDTH (ft)"],
    ["3260", "3265", "*?", "N6", "req=01,02 ex=326n", "WIDTH (yd)"],
    ["3270", "3275", "*?", "N6", "req=01,02 ex=327n", "HEIGHT (in)"],
    ["3280", "3285", "*?", "N6", "req=01,02 ex=328n", "HEIGHT (ft)"],
    ["3290", "3295", "*?", "N6", "req=01,02 ex=329n", "HEIGHT (yd)"],
    ["3300", "3305", "*?", "N6", "req=00,01 ex=330n", "GROSS WEIGHT (kg)"],
    ["3310", "3315", "*?", "N6", "req=00,01 ex=331n", "LENGTH (m), log"],
    ["3320", "3325", "*?", "N6", "req=00,01 ex=332n", "WIDTH (m), log"],
    ["3330", "3335", "*?", "N6", "req=00,01 ex=333n", "HEIGHT (m), log"],
    ["3340", "3345", "*?", "N6", "req=00,01 ex=334n", "AREA (m\u00b2), log"],
    ["3350", "3355", "*?", "N6", "req=00,01 ex=335n", "VOLUME (l), log"],
    ["3360", "3365", "*?", "N6", "req=00,01 ex=336n", "VOLUME (m\u00b3), log"],
    ["3370", "3375", "*?", "N6", "req=01 ex=337n", "KG PER m\u00b2"],
    ["3400", "3405", "*?", "N6", "req=00,01 ex=340n", "GROSS WEIGHT (lb)"],
    ["3410", "3415", "*?", "N6", "req=00,01 ex=341n", "LENGTH (in), log"],
    ["3420", "3425", "*?", "N6", "req=00,01 ex=342n", "LENGTH (ft), log"],
    ["3430", "3435", "*?", "N6", "req=00,01 ex=343n", "LENGTH (yd), log"],
    ["3440", "3445", "*?", "N6", "req=00,01 ex=344n", "WIDTH (in), log"],
    ["3450", "3455", "*?", "N6", "req=00,01 ex=345n", "WIDTH (ft), log"],
    ["3460", "3465", "*?", "N6", "req=00,01 ex=346n", "WIDTH (yd), log"],
    ["3470", "3475", "*?", "N6", "req=00,01 ex=347n", "HEIGHT (in), log"],
    ["3480", "3485", "*?", "N6", "req=00,01 ex=348n", "HEIGHT (ft), log"],
    ["3490", "3495", "*?", "N6", "req=00,01 ex=349n", "HEIGHT (yd), log"],
    ["3500", "3505", "*?", "N6", "req=01,02 ex=350n", "AREA (in\u00b2)"],
    ["3510", "3515", "*?", "N6", "req=01,02 ex=351n", "AREA (ft\u00b2)"],
    ["3520", "3525", "*?", "N6", "req=01,02 ex=352n", "AREA (yd\u00b2)"],
    ["3530", "3535", "*?", "N6", "req=00,01 ex=353n", "AREA (in\u00b2), log"],
    ["3540", "3545", "*?", "N6", "req=00,01 ex=354n", "AREA (ft\u00b2), log"],
    ["3550", "3555", "*?", "N6", "req=00,01 ex=355n", "AREA (yd\u00b2), log"],
    ["3560", "3565", "*?", "N6", "req=01,02 ex=356n", "NET WEIGHT (tr oz)"],
    ["3570", "3575", "*?", "N6", "req=01,02 ex=357n", "NET VOLUME (oz)"],
    ["3600", "3605", "*?", "N6", "req=01,02 ex=360n", "NET VOLUME (qt (US))"],
    ["3610", "3615", "*?", "N6", "req=01,02 ex=361n", "NET VOLUME (gal.)"],
    ["3620", "3625", "*?", "N6", "req=00,01 ex=362n", "VOLUME (qt (US)), log"],
    ["3630", "3635", "*?", "N6", "req=00,01 ex=363n", "VOLUME (gal (US)), log"],
    ["3640", "3645", "*?", "N6", "req=01,02 ex=364n", "NET VOLUME (in\u00b3)"],
    ["3650", "3655", "*?", "N6", "req=01,02 ex=365n", "NET VOLUME (ft\u00b3)"],
    ["3660", "3665", "*?", "N6", "req=01,02 ex=366n", "NET VOLUME (yd\u00b3)"],
    ["3670", "3675", "*?", "N6", "req=00,01 ex=367n", "VOLUME (in\u00b3), log"],
    ["3680", "3685", "*?", "N6", "req=00,01 ex=368n", "VOLUME (ft\u00b3), log"],
    ["3690", "3695", "*?", "N6", "req=00,01 ex=369n", "VOLUME (yd\u00b3), log"],
    ["37", "37", "?", "N..8", "req=00+02,00+8026", "COUNT"],
    ["3900", "3909", "?", "N..15", "req=255,8020 ex=390n,391n,394n,8111", "AMOUNT"],
    ["3910", "3919", "?", "N3,iso4217 N..15", "req=8020 ex=391n", "AMOUNT"],
    ["3920", "3929", "?", "N..15", "req=01+30,01+31nn,01+32nn,01+35nn,01+36nn ex=392n,393n", "PRICE"],
    ["3930", "3939", "?", "N3,iso4217 N..15", "req=30,31nn,32nn,35nn,36nn ex=393n", "PRICE"],
    ["3940", "3943", "?", "N4", "req=255 ex=394n,8111", "PRCNT OFF"],
    ["3950", "3955", "?", "N6", "req=30,31nn,32nn,35nn,36nn ex=392n,393n,395n,8005", "PRICE/UoM"],
    ["400", "400", "?", "X..30", "", "ORDER NUMBER"],
    ["401", "401", "?", "X..30,gcppos1", "dlpkey", "GINC"],
    ["402", "402", "?", "N17,csum,gcppos1", "dlpkey", "GSIN"],
    ["403", "403", "?", "X..30", "req=00", "ROUTE"],
    ["410", "410", "*?", "N13,csum,gcppos1", "", "SHIP TO LOC"],
    ["411", "411", "*?", "N13,csum,gcppos1", "", "BILL TO"],
    ["412", "412", "*?", "N13,csum,gcppos1", "", "PURCHASE FROM"],
    ["413", "413", "*?", "N13,csum,gcppos1", "", "SHIP FOR LOC"],
    ["414", "414", "*?", "N13,csum,gcppos1", "dlpkey=254|7040", "LOC No."],
    ["415", "415", "*?", "N13,csum,gcppos1", "req=8020 dlpkey=8020", "PAY TO"],
    ["416", "416", "*?", "N13,csum,gcppos1", "", "PROD/SERV LOC"],
    ["417", "417", "*?", "N13,csum,gcppos1", "dlpkey=7040", "PARTY"],
    ["420", "420", "?", "X..20", "ex=421", "SHIP TO POST"],
    ["421", "421", "?", "N3,iso3166 X..9", "ex=4307", "SHIP TO POST"],
    ["422", "422", "?", "N3,iso3166", "req=01,02,03,8006,8026 ex=426", "ORIGIN"],
    ["423", "423", "?", "N3,iso3166 [N3],iso3166 [N3],iso3166 [N3],iso3166 [N3],iso3166", "req=01,02,03 ex=426", "COUNTRY - INITIAL PROCESS"],
    ["424", "424", "?", "N3,iso3166", "req=01,02,03 ex=426", "COUNTRY - PROCESS"],
    ["425", "425", "?", "N3,iso3166 [N3],iso3166 [N3],iso3166 [N3],iso3166 [N3],iso3166", "req=01,02,03 ex=426", "COUNTRY - DISASSEMBLY"],
    ["426", "426", "?", "N3,iso3166", "req=01,02,03", "COUNTRY - FULL PROCESS"],
    ["427", "427", "?", "X..3", "req=01+422,02+422,03+422", "ORIGIN SUBDIVISION"],
    ["4300", "4300", "?", "X..35,pcenc", "req=00", "SHIP TO COMP"],
    ["4301", "4301", "?", "X..35,pcenc", "req=00", "SHIP TO NAME"],
    ["4302", "4302", "?", "X..70,pcenc", "req=00", "SHIP TO ADD1"],
    ["4303", "4303", "?", "X..70,pcenc", "req=4302", "SHIP TO ADD2"],
    ["4304", "4304", "?", "X..70,pcenc", "req=00", "SHIP TO SUB"],
    ["4305", "4305", "?", "X..70,pcenc", "req=00", "SHIP TO LOC"],
    ["4306", "4306", "?", "X..70,pcenc", "req=00", "SHIP TO REG"],
    ["4307", "4307", "?", "X2,iso3166alpha2", "req=00", "SHIP TO COUNTRY"],
    ["4308", "4308", "?", "X..30", "req=00", "SHIP TO PHONE"],
    ["4309", "4309", "?", "N10,latitude N10,longitude", "req=00", "SHIP TO GEO"],
    ["4310", "4310", "?", "X..35,pcenc", "req=00", "RTN TO COMP"],
    ["4311", "4311", "?", "X..35,pcenc", "req=00", "RTN TO NAME"],
    ["4312", "4312", "?", "X..70,pcenc", "req=00", "RTN TO ADD1"],
    ["4313", "4313", "?", "X..70,pcenc", "req=4312", "RTN TO ADD2"],
    ["4314", "4314", "?", "X..70,pcenc", "req=00", "RTN TO SUB"],
    ["4315", "4315", "?", "X..70,pcenc", "req=00", "RTN TO LOC"],
    ["4316", "4316", "?", "X..70,pcenc", "req=00", "RTN TO REG"],
    ["4317", "4317", "?", "X2,iso3166alpha2", "req=00", "RTN TO COUNTRY"],
    ["4318", "4318", "?", "X..20", "req=00", "RTN TO POST"],
    ["4319", "4319", "?", "X..30", "req=00", "RTN TO PHONE"],
    ["4320", "4320", "?", "X..35,pcenc", "req=00", "SRV DESCRIPTION"],
    ["4321", "4321", "?", "N1,yesno", "req=00", "DANGEROUS GOODS"],
    ["4322", "4322", "?", "N1,yesno", "req=00", "AUTH TO LEAVE"],
    ["4323", "4323", "?", "N1,yesno", "req=00", "SIG REQUIRED"],
    ["4324", "4324", "?", "N6,yymmd0 N4,hhmi", "req=00", "NOT BEF DEL DT"],
    ["4325", "4325", "?", "N6,yymmd0 N4,hhmi", "req=00", "NOT AFT DEL DT"],
    ["4326", "4326", "?", "N6,yymmdd", "req=00", "REL DATE"],
    ["4330", "4330", "?", "N6 [X1],hyphen", "req=00 ex=4331", "MAX TEMP F."],
    ["4331", "4331", "?", "N6 [X1],hyphen", "req=00 ex=4330", "MAX TEMP C."],
    ["4332", "4332", "?", "N6 [X1],hyphen", "req=00 ex=4333", "MIN TEMP F."],
    ["4333", "4333", "?", "N6 [X1],hyphen", "req=00 ex=4332", "MIN TEMP C."],
    ["7001", "7001", "?", "N13", "req=01,02,8006,8026", "NSN"],
    ["7002", "7002", "?", "X..30", "req=01,02", "MEAT CUT"],
    ["7003", "7003", "?", "N6,yymmdd N4,hhmi", "req=01,02,03", "EXPIRY TIME"],
    ["7004", "7004", "?", "N..4", "req=01+10,03+10", "ACTIVE POTENCY"],
    ["7005", "7005", "?", "X..12", "req=01,02", "CATCH AREA"],
    ["7006", "7006", "?", "N6,yymmdd", "req=01,02", "FIRST FREEZE DATE"],
    ["7007", "7007", "?", "N6,yymmdd [N6],yymmdd", "req=01,02", "HARVEST DATE"],
    ["7008", "7008", "?", "X..3", "req=01,02", "AQUATIC SPECIES"],
    ["7009", "7009", "?", "X..10", "req=01,02", "FISHING GEAR TYPE"],
    ["7010", "7010", "?", "X..2", "req=01,02,03", "PROD METHOD"],
    ["7011", "7011", "?", "N6,yymmdd [N4],hhmi", "req=01,02,03", "TEST BY DATE"],
    ["7020", "7020", "?", "X..20", "req=01+416,03+416,8006+416", "REFURB LOT"],
    ["7021", "7021", "?", "X..20", "req=01,03,8006", "FUNC STAT"],
    ["7022", "7022", "?", "X..20", "req=01+7021,03+7021,8006+7021", "REV STAT"],
    ["7023", "7023", "?", "X..30,gcppos1", "", "GIAI - ASSEMBLY"],
    ["7030", "7030", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 0"],
    ["7031", "7031", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 1"],
    ["7032", "7032", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 2"],
    ["7033", "7033", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 3"],
    ["7034", "7034", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 4"],
    ["7035", "7035", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 5"],
    ["7036", "7036", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 6"],
    ["7037", "7037", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 7"],
    ["7038", "7038", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 8"],
    ["7039", "7039", "?", "N3,iso3166999 X..27", "req=01,02", "PROCESSOR # 9"],
    ["7040", "7040", "", "N1 X1 X1 X1,importeridx", "", "UIC+EXT"],
    ["7041", "7041", "", "X..4,packagetype", "req=00", "UFRGT UNIT TYPE"],
    ["710", "710", "?", "X..20", "req=01", "NHRN PZN"],
    ["711", "711", "?", "X..20", "req=01", "NHRN CIP"],
    ["712", "712", "?", "X..20", "req=01", "NHRN CN"],
    ["713", "713", "?", "X..20", "req=01", "NHRN DRN"],
    ["714", "714", "?", "X..20", "req=01", "NHRN AIM"],
    ["715", "715", "?", "X..20", "req=01", "NHRN NDC"],
    ["716", "716", "?", "X..20", "req=01", "NHRN AIC"],
    ["717", "717", "?", "X..20", "req=01", "NHRN SRN"],
    ["7230", "7230", "?", "X2 X..28", "req=01,8004", "CERT # 1"],
    ["7231", "7231", "?", "X2 X..28", "req=01,8004", "CERT # 2"],
    ["7232", "7232", "?", "X2 X..28", "req=01,8004", "CERT # 3"],
    ["7233", "7233", "?", "X2 X..28", "req=01,8004", "CERT # 4"],
    ["7234", "7234", "?", "X2 X..28", "req=01,8004", "CERT # 5"],
    ["7235", "7235", "?", "X2 X..28", "req=01,8004", "CERT # 6"],
    ["7236", "7236", "?", "X2 X..28", "req=01,8004", "CERT # 7"],
    ["7237", "7237", "?", "X2 X..28", "req=01,8004", "CERT # 8"],
    ["7238", "7238", "?", "X2 X..28", "req=01,8004", "CERT # 9"],
    ["7239", "7239", "?", "X2 X..28", "req=01,8004", "CERT # 10"],
    ["7240", "7240", "?", "X..20", "req=01,8006 ex=03", "PROTOCOL"],
    ["7241", "7241", "?", "N2,mediatype", "req=8017,8018", "AIDC MEDIA TYPE"],
    ["7242", "7242", "?", "X..25", "req=8017,8018", "VCN"],
    ["7250", "7250", "?", "N8,yyyymmdd", "req=8018 ex=7251", "DOB"],
    ["7251", "7251", "?", "N8,yyyymmdd N4,hhmi", "req=8018 ex=7250", "DOB TIME"],
    ["7252", "7252", "?", "N1,iso5218", "req=8018", "BIO SEX"],
    ["7253", "7253", "?", "X..40,pcenc", "req=8017,8018 ex=7256,7259", "FAMILY NAME"],
    ["7254", "7254", "?", "X..40,pcenc", "req=8017,8018 ex=7256,7259", "GIVEN NAME"],
    ["7255", "7255", "?", "X..10", "req=8017,8018 ex=7256,7259", "SUFFIX"],
    ["7256", "7256", "?", "X..90,pcenc", "req=8017,8018", "FULL NAME"],
    ["7257", "7257", "?", "X..70,pcenc", "req=8018", "PERSON ADDR"],
    ["7258", "7258", "?", "X3,posinseqslash", "req=8018+7259", "BIRTH SEQUENCE"],
    ["7259", "7259", "?", "X..40,pcenc", "req=8018 ex=7256", "BABY"],
    ["8001", "8001", "?", "N4,nonzero N5,nonzero N3,nonzero N1,winding N1", "req=01", "DIMENSIONS"],
    ["8002", "8002", "?", "X..20", "", "CMT No."],
    ["8003", "8003", "?", "N1,zero N13,csum,gcppos1 [X..16]", "dlpkey", "GRAI"],
    ["8004", "8004", "?", "X..30,gcppos1", "dlpkey=7040", "GIAI"],
    ["8005", "8005", "?", "N6", "req=01,02", "PRICE PER UNIT"],
    ["8006", "8006", "?", "N14,csum,gcppos2 N4,pieceoftotal", "ex=01,03,37 dlpkey=22,10,21", "ITIP"],
    ["8007", "8007", "?", "X..34,iban", "req=415", "IBAN"],
    ["8008", "8008", "?", "N6,yymmdd N2,hh [N2],mi [N2],ss", "req=01,02,03", "PROD TIME"],
    ["8009", "8009", "?", "X..50", "req=00,01,03", "OPTSEN"],
    ["8010", "8010", "?", "Y..30,gcppos1", "dlpkey=8011", "CPID"],
    ["8011", "8011", "", "N..12,nozeroprefix", "req=8010", "CPID SERIAL"],
    ["8012", "8012", "?", "X..20", "req=01,03,8006", "VERSION"],
    ["8013", "8013", "?", "X..25,csumalpha,gcppos1", "dlpkey", "GMN"],
    ["8014", "8014", "", "X..25,csumalpha,gcppos1,hasnondigit", "req=01", "MUDI"],
    ["8017", "8017", "?", "N18,csum,gcppos1", "ex=8018 dlpkey=8019", "GSRN - PROVIDER"],
    ["8018", "8018", "?", "N18,csum,gcppos1", "ex=8017 dlpkey=8019", "GSRN - RECIPIENT"],
    ["8019", "8019", "", "N..10", "req=8017,8018", "SRIN"],
    ["8020", "8020", "", "X..25", "req=415", "REF No."],
    ["8026", "8026", "?", "N14,csum,gcppos2 N4,pieceoftotal", "req=37 ex=02,03,8006", "ITIP CONTENT"],
    ["8030", "8030", "?", "Z..90", "req=00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018", "DIGSIG"],
    ["8040", "8040", "", "N15", "req=01+21", "IMEI"],
    ["8041", "8041", "", "N15", "req=01+21+8040", "IMEI2"],
    ["8042", "8042", "", "N32", "req=01+21+8040", "ESIM"],
    ["8043", "8043", "", "N18 [N..2]", "req=01+21+8040", "PSIM"],
    ["8110", "8110", "?", "X..70,couponcode", "", ""],
    ["8111", "8111", "?", "N4", "req=255", "POINTS"],
    ["8112", "8112", "?", "X..70,couponposoffer", "", ""],
    ["8200", "8200", "", "X..70", "req=01", "PRODUCT URL"],
    ["90", "90", "?", "X..30", "", "INTERNAL"],
    ["91", "99", "?", "X..90", "", "INTERNAL"],
];

// prettier-ignore
export const CODE_LISTS = {"iso3166": "004 008 010 012 016 020 024 028 031 032 036 040 044 048 050 051 052 056 060 064 068 070 072 074 076 084 086 090 092 096 100 104 108 112 116 120 124 132 136 140 144 148 152 156 158 162 166 170 174 175 178 180 184 188 191 192 196 203 204 208 212 214 218 222 226 231 232 233 234 238 239 242 246 248 250 254 258 260 262 266 268 270 275 276 288 292 296 300 304 308 312 316 320 324 328 332 334 336 340 344 348 352 356 360 364 368 372 376 380 384 388 392 398 400 404 408 410 414 417 418 422 426 428 430 434 438 440 442 446 450 454 458 462 466 470 474 478 480 484 492 496 498 499 500 504 508 512 516 520 524 528 531 533 534 535 540 548 554 558 562 566 570 574 578 580 581 583 584 585 586 591 598 600 604 608 612 616 620 624 626 630 634 638 642 643 646 652 654 659 660 662 663 666 670 674 678 682 686 688 690 694 702 703 704 705 706 710 716 724 728 729 732 740 744 748 752 756 760 762 764 768 772 776 780 784 788 792 795 796 798 800 804 807 818 826 831 832 833 834 840 850 854 858 860 862 876 882 887 894", "iso3166alpha2": "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW", "iso4217": "008 012 032 036 044 048 050 051 052 060 064 068 072 084 090 096 104 108 116 124 132 136 144 152 156 170 174 188 191 192 203 208 214 222 230 232 238 242 262 270 292 320 324 328 332 340 344 348 352 356 360 364 368 376 388 392 398 400 404 408 410 414 417 418 422 426 430 434 446 454 458 462 480 484 496 498 504 512 516 524 532 533 548 554 558 566 578 586 590 598 600 604 608 634 643 646 654 682 690 694 702 704 706 710 728 748 752 756 760 764 776 780 784 788 800 807 818 826 834 840 858 860 882 886 901 924 925 927 928 929 930 931 932 933 934 936 938 940 941 943 944 946 947 948 949 950 951 952 953 955 956 957 958 959 960 961 962 963 964 965 967 968 969 970 971 972 973 975 976 977 978 979 980 981 984 985 986 990 994 997 999", "mediatype": "01 02 03 04 05 06 07 08 09 10 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99", "packagetype": "1A 1B 1D 1F 1G 1W 200 201 202 203 204 205 206 210 211 212 2C 3A 3H 43 44 4A 4B 4C 4D 4F 4G 4H 5H 5L 5M 6H 6P 7A 7B 8 8A 8B 8C 9 AA AB AC AD AF AG AH AI AJ AL AM AP APE AT AV B4 BB BC BD BE BF BG BGE BH BI BJ BK BL BM BME BN BO BP BQ BR BRI BS BT BU BV BW BX BY BZ CA CB CBL CC CCE CD CE CF CG CH CI CJ CK CL CM CN CO CP CQ CR CS CT CU CV CW CX CY CZ DA DB DC DG DH DI DJ DK DL DM DN DP DPE DR DS DT DU DV DW DX DY E1 E2 E3 EC ED EE EF EG EH EI EN FB FC FD FE FI FL FO FOB FP FPE FR FT FW FX GB GI GL GR GU GY GZ HA HB HC HG HN HR IA IB IC ID IE IF IG IH IK IL IN IZ JB JC JG JR JT JY KG KI LAB LE LG LT LU LV LZ MA MB MC ME MPE MR MS MT MW MX NA NE NF NG NS NT NU NV OA OB OC OD OE OF OK OPE OT OU P2 PA PAE PB PC PD PE PF PG PH PI PJ PK PL PLP PN PO POP PP PPE PR PT PU PUE PV PX PY PZ QA QB QC QD QF QG QH QJ QK QL QM QN QP QQ QR QS RB1 RB2 RB3 RCB RD RG RJ RK RL RO RT RZ S1 SA SB SC SD SE SEC SH SI SK SL SM SO SP SS ST STL SU SV SW SX SY SZ T1 TB TC TD TE TEV TG THE TI TK TL TN TO TR TRE TS TT TTE TU TV TW TWE TY TZ UC UN UUE VA VG VI VK VL VN VO VP VQ VR VS VY WA WB WC WD WF WG WH WJ WK WL WM WN WP WQ WR WRP WS WT WU WV WW WX WY WZ X11 X12 X15 X16 X17 X18 X19 X20 X3 XA XB XC XD XF XG XH XJ XK YA YB YC YD YF YG YH YJ YK YL YM YN YP YQ YR YS YT YV YW YX YY YZ ZA ZB ZC ZD ZF ZG ZH ZJ ZK ZL ZM ZN ZP ZQ ZR ZS ZT ZU ZV ZW ZX ZY ZZ"};

// prettier-ignore
export const MAX_LENGTH = 4296;

// prettier-ignore
export const GS = "\u001d";

// prettier-ignore
export const FRAME = " \t\r\n\u0000\u0002\u0003";

// prettier-ignore
export const ENVELOPE = "[)>\u001e05\u001d";

// prettier-ignore
export const ENVELOPE_END = "\u001e\u0004";

// prettier-ignore
export const SEPARATOR = "\\x1d|\\u241d|[<{\\[](?:[Gg][Ss]|[Ff][Nn][Cc]1|(?:0[xX])?1[dD])[>}\\]]|\\\\x1[dD]|\\\\u001[dD]|[Aa][Ll][Tt]\\+?029|[Cc]ontrol\\]|\\^\\]|\\](?:C1|e0|e1|e2|d2|Q3|J1)";

// prettier-ignore
export const SYMBOLOGIES = {"]C1": ["GS1-128", "gs1"], "]e0": ["GS1 DataBar", "gs1"], "]e1": ["GS1 Composite", "gs1"], "]e2": ["GS1 Composite", "gs1"], "]d2": ["GS1 DataMatrix", "gs1"], "]d5": ["GS1 DataMatrix", "gs1"], "]Q3": ["GS1 QR Code", "gs1"], "]Q4": ["GS1 QR Code", "gs1"], "]J1": ["GS1 DotCode", "gs1"], "]J4": ["GS1 DotCode", "gs1"], "]E0": ["EAN-13, UPC-A or UPC-E", "ean"], "]E3": ["EAN-13, UPC-A or UPC-E with add-on", "ean"], "]E4": ["EAN-8", "ean"]};

// prettier-ignore
export const SYMBOLOGY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUXYZcdefghopsz";

// prettier-ignore
export const RESERVED_LENGTHS = {"04": 18, "14": 8, "18": 8, "19": 8};

// prettier-ignore
export const SHORT_NAMES = {"cpid": "8010", "cpsn": "8011", "cpv": "22", "gcn": "255", "gdti": "253", "giai": "8004", "ginc": "401", "gln": "414", "glnx": "254", "gmn": "8013", "grai": "8003", "gsin": "402", "gsrn": "8018", "gsrnp": "8017", "gtin": "01", "itip": "8006", "lot": "10", "party": "417", "partygln": "417", "payto": "415", "refno": "8020", "ser": "21", "srin": "8019", "sscc": "00", "tpx": "235"};

// prettier-ignore
export const SHORT_ATTRIBUTES = {"exp": "17"};

// prettier-ignore
export const UNITS = {"310": "KGM", "311": "MTR", "312": "MTR", "313": "MTR", "314": "MTK", "315": "LTR", "316": "MTQ", "320": "LBR", "321": "INH", "322": "FOT", "323": "YRD", "324": "INH", "325": "FOT", "326": "YRD", "327": "INH", "328": "FOT", "329": "YRD", "330": "KGM", "331": "MTR", "332": "MTR", "333": "MTR", "334": "MTK", "335": "LTR", "336": "MTQ", "337": "28", "340": "LBR", "341": "INH", "342": "FOT", "343": "YRD", "344": "INH", "345": "FOT", "346": "YRD", "347": "INH", "348": "FOT", "349": "YRD", "350": "INK", "351": "FTK", "352": "YDK", "353": "INK", "354": "FTK", "355": "YDK", "356": "APZ", "357": "OZA", "360": "QTL", "361": "GLL", "362": "QTL", "363": "GLL", "364": "INQ", "365": "FTQ", "366": "YDQ", "367": "INQ", "368": "FTQ", "369": "YDQ"};

// prettier-ignore
export const TEMPERATURE_UNITS = {"4330": "FAH", "4331": "CEL", "4332": "FAH", "4333": "CEL"};

// prettier-ignore
export const TITLES = {"8110": "COUPON", "8112": "COUPON"};

// prettier-ignore
export const TIMELESS = ["4324", "4325"];

// prettier-ignore
export const VITAL = ["00", "01", "02", "03", "8006", "8026", "11", "13", "15", "16", "17", "7003"];

// prettier-ignore
export const FIELDS = {"00": "sscc", "01": "gtin", "02": "content_gtin", "03": "gtin", "8006": "gtin", "8026": "content_gtin", "10": "lot", "21": "serial", "11": "production", "13": "packaging", "15": "best_before", "16": "sell_by", "17": "expiry", "7003": "expiry_datetime", "30": "count", "37": "count"};

// prettier-ignore
export const GLN_AIS = ["414", "410", "417", "416", "413", "412", "411", "415"];

// prettier-ignore
export const SERIALISED_KEYS = {"253": 13, "255": 13, "8003": 14};

// prettier-ignore
export const COUPONS = {"couponcode": "v0123456+6 d6 v12345+0 v12345+0 c012349 d3", "couponposoffer": "c01 v0123456+6 d6 v0123456789+6"};

// prettier-ignore
export const COUPON_OPTIONS = {"1": "c0123 v12345+0 c012349 d3 o0123456+6", "2": "v12345+0 c012349 d3 o0123456+6", "3": "t", "4": "t", "5": "v0123456789+6", "6": "v1234567+6", "9": "c01256 c012 c0123456789 c01"};

// prettier-ignore
export const ERRORS = {
    empty: _t("Nothing was read. Scan the label again."),
    too_much: _t("%(length)s characters were read, but a label carries %(limit)s at most. Scan one label at a time."),
    gtin_length: _t("Character %(character)s: %(found)s is no GTIN: this kind of barcode carries %(wanted)s digits. Scan the barcode again."),
    gtin_check_digit: _t("Character %(character)s: the check digit of %(found)s must be %(expected)s. Scan again; if it stays, the label is wrong: tell the supplier."),
    unknown_ai: _t("Character %(character)s: %(found)s does not begin with a GS1 application identifier. Scan again; if it stays, set the scanner to send the separator (FNC1) as GS, or have the label corrected."),
    no_ai: _t("Character %(character)s: %(found)s is no GS1 application identifier. Type the numbers from the label and tell the supplier."),
    no_value: _t("(%(ai)s) %(title)s, character %(character)s: the value is missing. Scan again or type it from the label."),
    too_short: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s has %(length)s characters, %(wanted)s are needed. Scan again or type it from the label."),
    too_long: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s has %(length)s characters, %(wanted)s at most are allowed. If another field follows it on the label, set the scanner to send the separator (FNC1) as GS."),
    repeated: _t("(%(ai)s) %(title)s, character %(character)s: the label says %(found)s and also %(other)s. Ask the supplier which one is right."),
    not_digit: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not a digit. Scan again; check the keyboard layout of the scanner if it stays."),
    not_cset82: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not a character that GS1 allows here. Scan again; check the keyboard layout and the separator setting of the scanner."),
    not_cset39: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not allowed, only digits, capital letters, #, - and /. Scan again or have the label corrected."),
    not_cset64: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not allowed in a signature. Scan again or have the label corrected."),
    check_digit: _t("(%(ai)s) %(title)s, character %(character)s: the check digit of %(found)s must be %(expected)s. Scan again; if it stays, the label is wrong: tell the supplier."),
    check_pair: _t("(%(ai)s) %(title)s, character %(character)s: the check characters of %(found)s are wrong. Scan again; if it stays, the label is wrong: tell the supplier."),
    bad_date: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is no date. Read the date on the label and type it; tell the supplier."),
    bad_time: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is no time of day. Read it on the label and type it; tell the supplier."),
    zero: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s must not be zero. Scan again or have the label corrected."),
    not_zero: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s must be zero. Scan again or have the label corrected."),
    leading_zero: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s must not begin with zero. Scan again or have the label corrected."),
    only_digits: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s needs a character that is not a digit. Scan again or have the label corrected."),
    not_listed: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not a code of the list %(list)s. Scan again or have the label corrected."),
    company_prefix: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s does not begin with a GS1 company prefix. Scan again or have the label corrected."),
    bad_iban: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is no bank account number (IBAN). Scan again or have the label corrected."),
    bad_piece: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not a piece number and a total. Scan again or have the label corrected."),
    bad_sequence: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not a position in a sequence such as 1/3. Scan again or have the label corrected."),
    bad_percent: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is not a percent code like %%20. Scan again or have the label corrected."),
    bad_position: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is no latitude or longitude. Scan again or have the label corrected."),
    bad_padding: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is padded wrongly. Scan again or have the label corrected."),
    not_hyphen: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s must be a minus sign. Scan again or have the label corrected."),
    bad_coupon: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s is no complete coupon. Scan again or refuse the coupon."),
    bad_brackets: _t("Character %(character)s: %(found)s is neither an application identifier in brackets nor data. Type each field as (10)ABC; a bracket inside a value is typed \\(."),
    uri_compressed: _t("Character %(character)s: %(found)s is a compressed GS1 Digital Link, which cannot be read here. Type the numbers from the label."),
    uri_end: _t("Character %(character)s: the path of the GS1 Digital Link ends with %(found)s, which belongs to no field. Scan again or type the numbers from the label."),
    uri_order: _t("(%(ai)s) %(title)s, character %(character)s: this field cannot stand here in the path of a GS1 Digital Link. Type the numbers from the label and tell the supplier."),
    uri_attribute: _t("(%(ai)s) %(title)s, character %(character)s: this field cannot stand behind the question mark of a GS1 Digital Link. Type the numbers from the label and tell the supplier."),
    uri_path: _t("(%(ai)s) %(title)s, character %(character)s: this field belongs into the path of the GS1 Digital Link. Type the numbers from the label and tell the supplier."),
    uri_repeated: _t("(%(ai)s) %(title)s, character %(character)s: this field stands twice in the GS1 Digital Link. Type the numbers from the label and tell the supplier."),
    no_key: _t("A GS1 Digital Link needs a key such as a GTIN (01) or an SSCC (00). Add one."),
};

// prettier-ignore
export const WARNINGS = {
    almost: _t("Read as plain text, although it looks like GS1 data: %(reason)s"),
    no_gtin: _t("%(found)s would be a GTIN with the check digit %(expected)s. If no product is found, scan or type it again."),
    restricted: _t("%(found)s is numbered for use inside a shop or company and may contain a price or weight. Look it up only among your own codes."),
    no_separator: _t("(%(ai)s) %(title)s, character %(character)s: %(found)s looks like another field. If the label shows two fields, set the scanner to send the separator (FNC1) as GS."),
    other_separator: _t("%(found)s was taken for the separator between fields. Set the scanner to send FNC1 as GS."),
    printed_brackets: _t("The barcode contains the brackets that belong into the text under it. Tell the supplier."),
    loose_bracket: _t("(%(ai)s) %(title)s, character %(character)s: the bracket was taken for a part of the value %(found)s. Compare it with the label."),
    no_symbology: _t("This barcode is not marked as GS1 but was read as GS1 data. Compare it with the label."),
    no_digital_link: _t("This web address carries no GS1 key."),
    requires: _t("(%(ai)s) %(title)s makes sense only together with %(others)s. Scan the other barcode of the label too."),
    excludes: _t("(%(ai)s) %(title)s must not stand together with (%(other)s). Check the label."),
    unserialised: _t("(%(ai)s) %(title)s needs a serial part beside a signature (8030)."),
};
