"""Word lists of the generator of country names."""

from __future__ import annotations

# Languages whose names stand against an English misspelling of another country: German `Sambia`
# stays Zambia, while what only a rarer language says, one letter from another country's English
# name, is dropped (Basaa `Jaman` is Germany, and a slip away from Japan).
COMMON = set(
    (
        "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi "
        "hr hu hy id ig is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nn no or "
        "pa pl ps pt ro ru sd si sk sl so sq sr sv sw ta te th tk tr uk ur uz vi yo yue zh zu "
    ).split()
)

# What countrynames lists and resembles a name, but is a people, a city, a part or a fragment.
NO_NAMES = set(
    (
        "afgan afghan american antiguabarbados antiguanbarbudan austrailian baham bangladeshis "
        "barbudan belizecity bermu bosniaks bosnianherzegovinian breda britishvirginislander "
        "burkinabe burkinan canadians capeverdian caymanian caymn centralafrican columbian "
        "confederatestatesofamerica congolesecongo congolesedrc cumberland cypriot cypriote "
        "dansker easttimorese ecuadorean egyptyian emirati emirian englishman falklandislander "
        "flipino gblnd guadalupense guambat hellenic herzegovinian ireld ivorian jordinian "
        "kamarois kosovan kosovar kosovon kuwaitcity laotian liber lithunian luxemburgcity "
        "luxemburger malayian manxwoman mauritian mexicano micronesian monegasque mosotho "
        "motswana mozambican netherlander netherlandic nigerien norweigan pakistanis palestinian "
        "panamanian papuan peruvian philippino regiongaza reunionnais romaian romenian "
        "russianempire sahrawian saintmartinoise sakai salvadoran salvadorean saotomean sapporo "
        "seych seychellois sicily spaniard szigetek thailf timorese togolese trinidadian "
        "ukrainians unitedstatescitizen westmorland zimbabewian zimbabwerhodesia zuricher "
    ).split()
)

# What tells one Congo from the other, in scripts without blanks too.
QUALIFIED_CONGO = (
    "共和",
    "布",
    "金",
    "공화",
    "브라",
    "킨샤",
    "rc",
    "rk",
    "rd",
    "dr",
    "dv",
    "др",
    "zair",
    "заир",
)

# Endings that make a people of a country's English name.
DEMONYMS = ("n", "an", "ian", "ese", "i", "er", "ish", "ite", "ic", "in", "no", "na", "ense", "ans")
