"""Near misses: misspelt countries and e-mail domains, with what was probably meant, as advice only.

Countries that were not understood get the countries they are near to. Domains of e-mail addresses
that are one typing error away from a common domain get that one; an address is never changed,
because a rare domain may well be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.masking import mask_text
from sendersync.transforms.countries.fold import one_slip_apart
from sendersync.transforms.countries.names import country_names
from sendersync.transforms.countries.normalise_countries import candidates

SHOWN: Final = 20
"""Near misses of each kind that are listed."""

_LOOKED_AT: Final = 500
"""Different cells, the most frequent first: each takes most of a millisecond."""
_LONGEST: Final = 40

COMMON_DOMAINS: Final = (
    "gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com msn.com me.com "
    "protonmail.com proton.me comcast.net verizon.net att.net sbcglobal.net googlemail.com "
    "ymail.com mail.com zoho.com gmx.de gmx.net web.de t-online.de freenet.de yahoo.co.uk "
    "hotmail.co.uk btinternet.com outlook.de hotmail.de yahoo.de yahoo.fr hotmail.fr orange.fr "
    "wanadoo.fr free.fr laposte.net sfr.fr outlook.fr yahoo.es hotmail.es outlook.es "
    "telefonica.net yahoo.com.br hotmail.com.br outlook.com.br uol.com.br bol.com.br terra.com.br "
    "sapo.pt yahoo.co.jp docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp libero.it "
    "virgilio.it tiscali.it yahoo.it hotmail.it ziggo.nl kpnmail.nl hotmail.nl live.nl telia.com "
    "qq.com 163.com 126.com mail.ru yandex.ru bigpond.com rogers.com shaw.ca sympatico.ca yahoo.ca"
).split()
"""Domains of most private mailboxes, the commonest first."""

_MEANT_SO: Final = frozenset(
    "gmx.com gmx.at gmx.ch gmx.fr gmx.es gmx.it gmx.us mail.de mail.ch email.com ymail.com mail.fr "
    "live.de live.fr live.it live.ca live.co.uk hotmail.ca hotmail.be hotmail.ch hotmail.at "
    "outlook.it outlook.be outlook.at outlook.jp outlook.pt yahoo.in yahoo.no yahoo.se yahoo.dk "
    "yahoo.gr yahoo.ie yahoo.pl yahoo.ro yahoo.at yahoo.com.ar yahoo.com.mx yahoo.com.au "
    "fmail.com aim.com mac.com pm.me ig.com.br iol.pt mail.bg gmail.de mail.ee tele2.nl tim.it "
    "att.com aon.at vmail.com omail.com jmail.com emai.com usa.com msn.de free.de abc.com cox.net "
    "139.com 189.com".split()
)
"""Domains that lie beside a common one and are mail providers of their own, or may be."""

_ENDINGS: Final = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "vom": "com",
    "xom": "com",
    "cpm": "com",
    "om": "",
    "cm": "",
    "nte": "net",
    "ner": "net",
    "met": "net",
}
"""Ends of domains that do not exist, or are rarely meant; `.cm` and `.om` are countries' own."""


@dataclass(frozen=True)
class NearCountry:
    """A cell that is no country we understand, and those it is near to.

    Attributes:
        cell: What stands there, masked where it looks like a person's data.
        rows: How often.
        meant: Alpha-2 to English name, the likeliest first.
    """

    cell: str
    rows: int
    meant: dict[str, str]


@dataclass(frozen=True)
class NearDomain:
    """A domain beside one that everybody uses; a domain names nobody."""

    domain: str
    rows: int
    meant: str


def near_countries(cells: Iterable[str]) -> tuple[NearCountry, ...]:
    """Country cells of rejected rows to which a country is near; most rows first."""
    titles = country_names().titles
    found = []
    for cell, rows in Counter(each.strip() for each in cells).most_common(_LOOKED_AT):
        # a number is no misspelt name: it was refused because two code systems read it differently
        misspelt = 0 < len(cell) <= _LONGEST and not any(sign.isdigit() for sign in cell)
        meant = candidates(cell) if misspelt else []
        if meant:
            found.append(NearCountry(mask_text(cell), rows, {c: titles.get(c, c) for c in meant}))
        if len(found) == SHOWN:
            break
    return tuple(found)


def near_domains(domains: Mapping[str, int]) -> tuple[NearDomain, ...]:
    """Domains one slip beside a common one; most rows first.

    Args:
        domains: Domain, in lower case, to rows.
    """
    ordered = sorted(domains.items(), key=lambda each: (-each[1], each[0]))
    found = []
    for domain, rows in ordered:
        meant = meant_domain(domain)
        if meant:
            found.append(NearDomain(domain, rows, meant))
        if len(found) == SHOWN:
            break
    return tuple(found)


def meant_domain(domain: str) -> str:
    """The common domain that lies one slip away; "" where there is none or the domain is known."""
    if domain in _COMMON or domain in _MEANT_SO or not 5 <= len(domain) <= _LONGEST:
        return ""
    name, _, ending = domain.rpartition(".")
    corrected = _ENDINGS.get(ending)
    if corrected and f"{name}.{corrected}" in _COMMON:
        return f"{name}.{corrected}"
    for common in COMMON_DOMAINS:
        # a slip in a short name makes another name; the first letter is seldom wrong
        if len(common) >= _SHORTEST and domain[0] == common[0] and one_slip_apart(domain, common):
            return common
    return ""


_COMMON: Final = frozenset(COMMON_DOMAINS)
_SHORTEST: Final = 8
