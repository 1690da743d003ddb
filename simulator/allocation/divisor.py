"""Divisor methods: the next seat goes to the largest votes / divisor(seats held).

Each method is its sequence of divisors. Sequences that differ by a factor are the same method.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from simulator.allocation.exact import Root, Signpost
from simulator.allocation.numbers import Exact, read_number
from simulator.allocation.registry import divisor
from simulator.errors import AllocationError

# What every divisor method has (Balinski and Young, Fair Representation, 2nd ed., appendix A,
# theorems 4.3 and 6.1), and what only those with divisors close to s + split have.
DIVISOR_AXIOMS = (
    "anonymous", "homogeneous", "concordant", "house-monotone", "vote-ratio-monotone", "coherent",
)  # fmt: skip

BALINSKI = "Balinski and Young, Fair Representation, 2nd ed., Brookings, 2001, appendix A"
PUKELSHEIM = "Pukelsheim, Proportional Representation, 2nd ed., Springer, 2017, section 4"


@divisor(
    "dhondt", label="D'Hondt", aliases=("jefferson", "greatest-divisors", "d-hondt"),
    split=Fraction(1), axioms=(*DIVISOR_AXIOMS, "lower-quota", "merge-proof"), favours="large",
    users="Spain, Portugal, Belgium, Poland, Finland, Israel, Argentina, Turkey and many more",
    references=("D'Hondt, Système pratique et raisonné de représentation proportionnelle, 1882",
                BALINSKI, PUKELSHEIM),
)  # fmt: skip
def dhondt(s: int) -> Signpost:
    """Divisors 1, 2, 3, ...: each seat costs the winning list the same or more votes than any
    other list would have to pay.
    """
    return s + 1


@divisor(
    "sainte-lague", label="Sainte-Laguë", aliases=("webster", "major-fractions", "schepers"),
    split=Fraction(1, 2), axioms=DIVISOR_AXIOMS, favours="neither",
    users="Germany, New Zealand, Latvia, Bosnia and Herzegovina; US House 1842, 1911, 1931",
    references=("Sainte-Laguë, La représentation proportionnelle et la méthode des moindres "
                "carrés, Annales de l'ENS 27, 1910", BALINSKI, PUKELSHEIM),
)  # fmt: skip
def sainte_lague(s: int) -> Signpost:
    """Divisors 1, 3, 5, ...: quotients are rounded to the nearest whole number."""
    return 2 * s + 1


@divisor(
    "modified-sainte-lague", label="modified Sainte-Laguë",
    aliases=("modified-webster", "scandinavian"), axioms=DIVISOR_AXIOMS, favours="entry bar",
    users="Norway, Nepal, formerly Denmark and Sweden (1.4); Sweden since 2018 (1.2)",
    references=("Norway, Election Act (valgloven) 2002, section 11-4", PUKELSHEIM),
)  # fmt: skip
def modified_sainte_lague(s: int, first_divisor: object = "1.4") -> Signpost:
    """Divisors 1.4, 3, 5, ...: as Sainte-Laguë, but the first seat is dearer."""
    first = read_number(first_divisor, "first_divisor")
    if first <= 0:
        raise AllocationError("E509", f"first_divisor: {first} is not above 0")
    return 2 * s + 1 if s else first


@divisor(
    "imperiali-divisor", label="Imperiali divisors",
    aliases=("imperiali", "imperiali-highest-averages"),
    split=Fraction(2), axioms=(*DIVISOR_AXIOMS, "merge-proof"), favours="very large",
    users="Belgian communes",
    references=("Belgium, Code of Local Democracy (Walloon Region), art. L4145-6",
                "Flanders, Local and Provincial Elections Decree of 8 July 2011"),
)  # fmt: skip
def imperiali(s: int) -> Signpost:
    """Divisors 2, 3, 4, ... (the same as 1, 1.5, 2, ...): the first seat costs twice as much."""
    return s + 2


@divisor(
    "danish", label="Danish", split=Fraction(1, 3), axioms=DIVISOR_AXIOMS,
    favours="small", users="Denmark: levelling seats from provinces to constituencies",
    references=("Denmark, Folketing (Parliamentary) Elections Act, section 79", PUKELSHEIM),
)  # fmt: skip
def danish(s: int) -> Signpost:
    """Divisors 1, 4, 7, ...: kinder to small parties than Sainte-Laguë."""
    return 3 * s + 1


@divisor(
    "adams", label="Adams", aliases=("smallest-divisors",), split=Fraction(0),
    axioms=(*DIVISOR_AXIOMS, "upper-quota", "split-proof"), favours="small",
    users="Japan: seats of the House of Representatives to prefectures since 2022",
    references=(BALINSKI, "Japan, Act for the Redistricting Council of 1994, as amended in 2016"),
)  # fmt: skip
def adams(s: int) -> Signpost:
    """Divisors 0, 1, 2, ...: every party has a seat before any has two; the larger come first."""
    return s


@divisor(
    "dean", label="Dean", aliases=("harmonic-mean",), axioms=DIVISOR_AXIOMS, favours="small",
    users="proposed for the US House in 1832", references=(BALINSKI,),
)  # fmt: skip
def dean(s: int) -> Signpost:
    """Divisors 0, 4/3, 12/5, ...: the harmonic means of s and s + 1."""
    return Fraction(2 * s * (s + 1), 2 * s + 1)


@divisor(
    "huntington-hill", label="Huntington-Hill", aliases=("equal-proportions", "hill"),
    axioms=DIVISOR_AXIOMS, favours="neither", users="seats of the US House to states since 1941",
    references=("United States Code, title 2, section 2a", BALINSKI),
)  # fmt: skip
def huntington_hill(s: int) -> Signpost:
    """Divisors 0, √2, √6, ...: the geometric means of s and s + 1."""
    return Root(s * (s + 1), 2)


@divisor(
    "macau", label="Macau", axioms=DIVISOR_AXIOMS, favours="very small",
    users="Legislative Assembly of Macau: 14 direct seats",
    references=("Macau SAR, Law 3/2001, Legislative Assembly Electoral Regime, art. 17",),
)  # fmt: skip
def macau(s: int) -> Signpost:
    """Divisors 1, 2, 4, 8, ...: each further seat costs twice as many votes."""
    return 1 << s


@divisor(
    "power-divisor", label="D'Hondt with an exponent", aliases=("estonian",),
    axioms=(*DIVISOR_AXIOMS, "merge-proof"), favours="large",
    users="Estonia: compensation mandates of the Riigikogu (exponent 0.9)",
    references=("Estonia, Riigikogu Election Act, section 62 (5)",),
)  # fmt: skip
def power_divisor(s: int, exponent: object = "0.9") -> Signpost:
    """Divisors 1, 2^p, 3^p, ...: below exponent 1 larger parties pay less for further seats."""
    power = Fraction(read_number(exponent, "exponent"))
    if power <= 0 or power.numerator > 1000 or power.denominator > 1000:
        raise AllocationError(
            "E509", f"exponent: {power} is outside 0 to 1000, or has over three digits"
        )
    radicand = int((s + 1) ** power.numerator)
    return Root(radicand, power.denominator)


@divisor(
    "stationary", label="stationary divisors", aliases=("linear-divisor",), axioms=DIVISOR_AXIOMS,
    favours="by the split point",
    references=("Kopfermann, Mathematische Aspekte der Wahlverfahren, 1991", PUKELSHEIM),
)  # fmt: skip
def stationary(s: int, split: object = "1/2") -> Signpost:
    """Divisors s + split: 0 is Adams, 1/3 Danish, 1/2 Sainte-Laguë, 1 D'Hondt, 2 Imperiali."""
    point = Fraction(read_number(split, "split"))
    if not 0 <= point <= 1000:
        raise AllocationError("E509", f"split: {point} is outside 0 to 1000")
    return s + point


@divisor(
    "divisor-list", label="own list of divisors", aliases=("divisors",), axioms=(
        "anonymous", "homogeneous", "concordant", "house-monotone", "vote-ratio-monotone",
        "coherent",
    ), favours="by the list", references=(PUKELSHEIM,),
)  # fmt: skip
def divisor_list(s: int, divisors: Sequence[object] = ("1", "2", "3")) -> Signpost:
    """The divisors are written out, one for each seat that a party can win; a list that ends too
    early is refused.
    """
    if isinstance(divisors, str):
        raise AllocationError("E509", "divisors is a list of numbers, [1, 3, 5]")
    if s >= len(divisors):
        raise AllocationError(
            "E509",
            f"divisors: the list has {len(divisors)} and a party has {s} seats already; "
            "write one divisor for each seat that a party can win",
        )
    found: Exact = read_number(divisors[s], f"divisors[{s}]")
    if found < 0:
        raise AllocationError("E509", f"divisors: {found} is below 0")
    return found
