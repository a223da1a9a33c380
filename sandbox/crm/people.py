"""Fictional people, each a pure function of a seed and a number.

So 200,000 of them need no memory until they are looked at, and two processes agree on who
number 4711 is. Phones are 555-01xx numbers (set aside for fiction) of US area codes, which
repeat after 35,900 people; e-mails are at example.com, .org and .net.
"""

from __future__ import annotations

from typing import NamedTuple

_AREAS = """
201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 227 228 229
231 234 235 239 240 248 251 252 253 254 256 260 262 267 269 270 272 274 276 279 281 283 301 302
303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 324 325 326 327 329 330
331 332 334 336 337 339 341 346 347 350 351 352 353 360 361 363 364 369 380 385 386 401 402 404
405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 442 443 445 447
448 458 463 464 469 470 472 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515
516 517 518 520 530 531 534 539 540 541 551 557 559 561 562 563 564 567 570 571 572 573 574 575
580 582 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 628
629 630 631 636 640 641 645 646 650 651 656 657 659 660 661 662 667 669 678 680 681 682 686 689
701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 725 726 727 728 730 731 732
734 737 738 740 743 747 748 754 757 760 762 763 765 769 770 771 772 773 774 775 779 781 785 786
801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 820 821 826 828 830 831 832 835 838
839 840 843 845 847 848 850 854 856 857 858 859 860 862 863 864 865 870 872 878 901 903 904 906
907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 940 941
943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 978 979 980 983 984 985 986 989
""".split()
_FIRST = (
    "Ada Bo Chidi Dana Eun-ji Fatima Goran Hana Ines João Kofi Léa Mina Noor Óscar Priya Quinn Rui "
    "Saoirse Tomáš Uma Vera Wei Ximena Yusuf Zoë Åsa Łukasz Şirin Đorđe"
).split()
_LAST = (
    "Abara Bianchi Cohen Dvořák Eriksson Fischer García Hashimoto Ivanova Jensen Kowalski "
    "Lindqvist Müller Nakamura O'Brien Peña Quispe Rossi Silva Tanaka Ueda Varga Weiß Xu Yılmaz "
    "Zhang"
).split()
_CITIES = "Seattle Boston Austin Denver Portland Miami Chicago Omaha Boise Tampa".split()
_SITES = ("example.com", "example.org", "example.net")
_MASK = (1 << 64) - 1


class Person(NamedTuple):
    """What every CRM knows of somebody; an empty text is nothing."""

    first: str
    last: str
    email: str
    phone: str
    mobile: str
    city: str
    zip: str
    customer: str
    opted_out: bool
    company: int


def person(seed: int, n: int) -> Person:
    """Person number ``n`` of a seed.

    One in 20 has no e-mail, one in 25 no mobile, one in 40 has opted out, and customer
    numbers begin with zeros, so that a reader who makes numbers of texts is found out.
    """
    chance = _mix(seed * 0x9E3779B97F4A7C15 + n)
    first = _FIRST[chance % len(_FIRST)]
    last = _LAST[(chance >> 8) % len(_LAST)]
    area, line = _AREAS[n % len(_AREAS)], n // len(_AREAS) % 100
    mobile = "" if n % 25 == 7 else f"+1{area}55501{line:02d}"
    return Person(
        first=first,
        last=last,
        email="" if n % 20 == 3 else f"person{n}.s{seed}@{_SITES[n % 3]}",
        phone=f"({area}) 555-01{line:02d}" if n % 2 else "",
        mobile=mobile,
        city=_CITIES[(chance >> 16) % len(_CITIES)],
        zip=f"{(chance >> 24) % 10000:05d}",
        customer=f"{n:08d}",
        opted_out=n % 40 == 11,
        company=(chance >> 40) % 50,
    )


def _mix(x: int) -> int:
    """SplitMix64's finisher: neighbouring numbers give unlike people."""
    x &= _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)
