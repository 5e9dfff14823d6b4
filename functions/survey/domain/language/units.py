"""Units that people state with a number, so that ``2 hours`` is no answer in minutes."""

import re
from collections.abc import Collection
from typing import Final

_UNITS: Final = tuple(
    frozenset(words.split())
    for words in (
        "s sec secs second seconds seg segs segundo segundos seconde secondes sekunde sekunden secondo "
        "secondi seconden sekund sekunder",
        "m min mins minute minutes minuto minutos minuten minuut minuti minut minutter",
        "h hr hrs hour hours hora horas heure heures stunde stunden std ora ore uur uren timer",
        "d day days día días dia dias jour jours tag tage tagen giorno giorni dag dagen dage",
        "wk wks week weeks semana semanas semaine semaines woche wochen settimana settimane weken uge uger",
        "month months mes meses mês mois monat monate monaten mese mesi maand maanden måned måneder",
        "yr yrs year years año años ano anos ans année années jahr jahre jahren anno anni jaar år",
        "m metre metres meter meters metro metros mètre mètres metri",
        "mm cm centimetre centimetres centimeter centimeters centímetro centímetros",
        "km kms kilometre kilometres kilometer kilometers kilómetro kilómetros kilometro kilometros",
        "mi mile miles milla millas",
        "ft foot feet",
        "g gram grams gramo gramos gramme grammes gramm",
        "kg kgs kilo kilos kilogram kilograms kilogramo kilogramos",
        "lb lbs pound pounds libra libras",
        "£ gbp pound pounds libra libras",
        "€ eur euro euros",
        "usd dollar dollars buck bucks dólar dólares dolar dolares",
        "mxn peso pesos",
        "cent cents centavo centavos céntimo céntimos",
        "% percent",
        "times veces fois",
    )
)
_SHORT: Final = 2
"""Letters of an abbreviation that counts as a unit only directly after a number."""


def same_unit(words: Collection[str]) -> frozenset[str]:
    """Return the other words for the unit that some words state: ``minute`` and ``mins`` for ``minutes``."""
    stated = {word.lower() for word in words}
    return frozenset().union(*(unit for unit in _UNITS if unit & stated))


def has_other_unit(before: str, after: str, words: Collection[str]) -> bool:
    """Tell whether the text before or after a number states another unit than the words do."""
    others = frozenset().union(*_UNITS) - same_unit(words) - {word.lower() for word in words}
    following = re.match(r"[\s-]*([^\W\d_]+|[%\u20ac\u00a3])", after)
    if following and following.group(1).lower() in others:
        return True
    preceding = re.findall(r"[^\W\d_]+|[%\u20ac\u00a3]", before.lower())
    return any(word in others for word in preceding if len(word) > _SHORT or not word.isalpha())
