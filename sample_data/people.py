"""Invented people: first names, numbers that are nobody's, and the many ways to write both.

Numbers come only from ranges that are set aside for films and books, or are the placeholder that
documentation of a country uses. Two of those ranges (Ofcom's 07700 900, ARCEP's 06 39 98) are no
valid numbers to Google's library, so that people of these countries appear among the hazards.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

FIRST_NAMES = tuple(
    """
    Abel Ada Adaeze Aisha Alba Alma Amara Amir Ana Anika Anne-Marie Ansel Aria Arlo Asha Åsa
    Aurora Ayla Azra Basil Bea Björn Bo Bruno Cal Carys Céline Chiara Chloé Cleo Cora Cyrus
    Dalia Dario D'Angelo Delia Dev Dina Dorian Edda Eero Eira Elif Élodie Elio Ember Emil Enzo
    Esme Etta Ezra Fadi Faye Fern Finn Fleur Flora Freya Gael Gaia Gia Greta Gül Gus Hana Hanna
    Hector Hedda Hugo Ida Idris Ilse Ines Inge Ira Isla Ivo Ivy Jada Jana Jasper Joaquín Jonah
    José Juno Kai Kaya Kira Kwame Lena Leif Leyla Lía Liv Ludo Łukasz Luna Lux Lyra Mabel Mads
    Maeve Maia Malik Mara Mathilde Matteo Mei Mika Mila Milo Mina Mira Moss Mo Nadia Naoko Nell
    Nia Nico Niko Nils Noa Noor Nora Octavia Odin Olga Omar Ona Opal Orla Oskar Otto Pablo Paz
    Pia Pilar Priya Quinn Rafa Rania Ravi Remy Rhea Rio Roan Rory Rosa Rumi Saanvi Sage Saga
    Salma Samir Sana Sanjay Selma Senna Seán Silas Siv Sofía Sol Søren Suki Sunniva Sven Tala
    Tariq Tess Thea Theo Tilda Timo Tova Tuva Uma Una Uri Vera Vida Viggo Vito Wanda Wilma Wren
    Xenia Ximena Yara Yasmin Yuki Yusuf Zadie Zara Zeki Zelda Zia Zoë Zora
    """.split()
)

SEGMENTS = ("Newsletter", "VIP", "Win-back", "Loyalty", "New")
DOMAINS = ("example.com", "example.com", "example.org", "example.net")

AREA_CODES = {
    "US": """
        201 202 203 205 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231
        234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307
        308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 331 334 336 337 339 351
        352 360 361 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424
        425 432 434 435 440 443
    """,
    "CA": """
        204 226 250 289 306 343 403 418 431 437 450 506 514 519 581 587 604 613 647 705 709 778
        780 807 819 867 902 905
    """,
}

# Mobile numbers without their country code, in blocks that nobody will ever be given.
FICTION = {
    # BNetzA, numbers for media productions
    "DE": [f"17139200{n:02}" for n in range(10, 100)] + [f"176040690{n:02}" for n in range(100)],
    # PTS, numbers for books and films
    "SE": [f"7017406{n:02}" for n in range(5, 100)],
    # ACMA, numbers for creative works
    "AU": [
        "491570006",
        "491570156",
        "491570157",
        "491570158",
        "491570159",
        "491570110",
        "491570313",
        "491570737",
        "491571266",
        "491571491",
        "491571804",
        "491572549",
        "491572665",
        "491572983",
        "491573770",
        "491573087",
        "491574118",
        "491574632",
        "491575789",
    ],
    # No range is set aside in Mexico: the placeholders of documentation (known_for.py has a third).
    "MX": ["5512345678", "2221234567"],
}
CALLING_CODES = {"US": "1", "CA": "1", "DE": "49", "SE": "46", "AU": "61", "MX": "52"}

COUNTRY_SPELLINGS = {
    "US": (
        "USA",
        "USA",
        "United States",
        "US",
        "us",
        "U.S.A.",
        "United States of America",
        "🇺🇸",
        "",
    ),
    "CA": ("Canada", "Canada", "CA", "CAN", "canada", "🇨🇦"),
    "DE": ("Deutschland", "Germany", "DE", "DEU", "Allemagne", "🇩🇪"),
    "SE": ("Sweden", "Sverige", "SE", "SWE"),
    "AU": ("Australia", "AU", "AUS", "🇦🇺"),
    "MX": ("México", "Mexico", "MX"),
}

_NANP_FORMS = (
    "+1 {a}-{b}-{c}",
    "({a}) {b}-{c}",
    "1{a}{b}{c}",
    "{a}.{b}.{c}",
    "{a}-{b}-{c}",
    "{a}{b}{c}",
    "+1{a}{b}{c}",
    "+1 ({a}) {b}-{c}",
    "1-{a}-{b}-{c}",
    "{a} {b} {c}",
    "tel:+1-{a}-{b}-{c}",
)
_OTHER_FORMS = (
    "+{cc} {a} {b}",
    "+{cc}{a}{b}",
    "00{cc} {a} {b}",
    "+{cc} (0){a} {b}",
    "{trunk}{a} {b}",
    "{trunk}{a}/{b}",
    "{trunk}{a}-{b}",
    "{trunk}{a}{b}",
)


@dataclass(frozen=True)
class Number:
    """One invented number: country and national digits."""

    country: str
    national: str

    @property
    def e164(self) -> str:
        """As it is sent."""
        return f"+{CALLING_CODES[self.country]}{self.national}"

    def spelt(self, chance: Chance) -> str:
        """The number as some person typed it."""
        if self.country in ("US", "CA"):
            a, b, c = self.national[:3], self.national[3:6], self.national[6:]
            return chance.pick(_NANP_FORMS).format(a=a, b=b, c=c)
        # Mexico has no trunk prefix, and Australia dials abroad with 0011, not 00.
        forms = {"MX": _OTHER_FORMS[:2], "AU": _OTHER_FORMS[:2] + _OTHER_FORMS[4:]}
        return chance.pick(forms.get(self.country, _OTHER_FORMS)).format(
            cc=CALLING_CODES[self.country],
            trunk="" if self.country == "MX" else "0",
            a=self.national[:3],
            b=self.national[3:],
        )


class Chance:
    """Draws that are the same in every Python: only `random()` is promised to stay."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, limit: int) -> int:
        """A number from 0 to below `limit`."""
        return int(self._random.random() * limit)

    def pick(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[self.below(len(choices))]

    def happens(self, share: float) -> bool:
        """True in this share of the draws."""
        return self._random.random() < share

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them, in another order."""
        rest = list(things)
        return [rest.pop(self.below(len(rest))) for _ in range(len(rest))]
