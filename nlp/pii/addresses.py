"""Postal addresses with a house number. A street without a number is a place, not an address, and stays."""

import re
from collections.abc import Iterator

from nlp.pii.view import Span

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w.'’-]{0,40}"

# French -------------------------------------------------------------------------------------------------------------
_HOUSE = r"\d{1,4}(?:[-/]\d{1,4})?(?:[ ]?(?:bis|ter|quater|[a-dA-D])\b)?[ ]?,?[ ]{1,2}"
_STREET = (
    r"(?i:rue|r\.|avenue|av\.?|ave\.?|boulevard|boul\.?|bd\.?|bld\.?|blvd\.?|impasse|imp\.|all[ée]es?|chemin|quai"
    r"|ruelle|faubourg|fbg\.?|lotissement|venelle|esplanade|rond[- ]point|sentier|hameau|lieu[- ]dit|chauss[ée]e)"
)
# These mean other things too ("3 cours de yoga", "2 places"): a capital must follow.
_OR_ELSE = (
    r"(?i:place|pl\.?|square|sq\.|cours|cour|passage|route|rte\.?|cit[ée]|r[ée]sidence|villa|promenade|mont[ée]e|c[ôo]te|voie"
    r"|traverse|mail|parvis|domaine|clos|ch\.|all\.|za|zi)"
)
_OF = r"(?i:de[ ]la[ ]|de[ ]l['’]|du[ ]|des[ ]|de[ ]|d['’]|la[ ]|les?[ ]|l['’]|aux?[ ]|[àa][ ]la[ ]|sous[ ]|sur[ ])"
_NO_NAME = (
    r"(?!(?i:plus|moins|avant|apr[èe]s|derri[èe]re|devant|pi[ée]tonnes?|ferm[ée]e?s?|est|sont|[ée]tait|et|ou|o[ùu]|qui|que"
    r"|pour|dans|en|avec|sans|seulement|max|maximum|vers|chez|par|trop|tout|toute|ici|l[àa]|entre|pendant|j\.?-?c|commer[çc]ante)\b)"
)
# Streets bear the names of people and days: the first name or title is not the whole name.
_FIRST = (
    r"(?:(?i:saint|sainte|ste?|notre|g[ée]n[ée]ral|mar[ée]chal|docteur|dr|pr[ée]sident|capitaine|commandant|abb[ée]|lieutenant|"
    r"victor|jean|jules|[ée]mile|paul|pierre|louis|louise|marie|anatole|georges|charles|henri|albert|marcel|gustave|claude|"
    r"fran[çc]ois|jacques|joseph|rosa|simone|l[ée]on|camille|alphonse|honor[ée]|aristide|[ée]douard|auguste|antoine|andr[ée]|"
    r"beau|belle|grande?|petite?|vieux|vieille|haute?|basse?|nouvelle|quatre|trois|deux|sept)[ -]){0,2}"
)
_DAY = (
    r"\d{1,2}(?:er)?[ ](?i:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre"
    r"|d[ée]cembre)(?:[ ]\d{4})?"
)
_MORE = rf"(?:[ ]{_OF}{{0,2}}{_CAPITAL}){{0,5}}"
_NAME = rf"{_OF}{{0,2}}{_NO_NAME}(?:{_DAY}|{_FIRST}[^\W\d_][\w'’-]{{1,40}}){_MORE}"
_PROPER_NAME = rf"{_OF}{{0,2}}(?:{_DAY}|{_CAPITAL}){_MORE}"
_DOOR = (
    r"(?i:b[âa]t(?:iment)?\.?|esc(?:alier)?\.?|appt?\.?|appart(?:ement)?|porte|[ée]tage|interphone|sonnette|r[ée]sidence)"
    r"[ ]?(?:n[°º][ ]?)?(?:\d{1,4}[A-Za-z]?|[A-Z][\w-]{0,20})"
)
_FLOOR = (
    r"(?:au[ ])?\d{1,2}[ ]?(?i:er?|[èe]re|[èe]me|nd|nde)[ ](?i:[ée]tage|gauche|droite|face|[ée]t\.?)"
    r"(?:[ ](?i:[àa][ ])?(?i:gauche|droite|face))?|(?i:rdc|rez[- ]de[- ]chauss[ée]e)"
)
_TOWN = rf"(?:(?:F|B|L|CH)-)?(?:\d{{5}}[ ][^\W\d_][\w'’-]{{1,40}}|\d{{4}}[ ]{_CAPITAL})(?:[ -]{_CAPITAL}){{0,4}}"
_AFTER = rf"(?:[ ]?[,\n-]?[ ]{{0,2}}(?:{_DOOR}|{_FLOOR}|{_TOWN})\b){{0,5}}"
_SPACE = r"(?:(?<=\.)[ ]?|[ ])"
_FRENCH = rf"{_HOUSE}(?:{_STREET}{_SPACE}{_NAME}|{_OR_ELSE}{_SPACE}{_PROPER_NAME}){_AFTER}"
# "au 14 de la rue des Capucines"
_FRENCH_OF = rf"\d{{1,4}}[ ](?i:de[ ]la|de[ ]l['’]|du)[ ]?{_STREET}{_SPACE}{_NAME}{_AFTER}"
_AT_NUMBER = re.compile(r"\b(?:au|num[ée]ro|n[°º])[ ]?$", re.IGNORECASE)
# "rue des Capucines, n° 14"; "rue de la Loi 16, 1000 Bruxelles"
_FRENCH_LAST = (
    rf"\b{_STREET}{_SPACE}{_NAME}[ ]?,?[ ]?(?i:au[ ]num[ée]ro|num[ée]ro|n[°º])[ ]?\d{{1,4}}\b{_AFTER}",
    rf"\b{_STREET}{_SPACE}{_NAME}[ ]?,?[ ]\d{{1,4}}[a-zA-Z]?,?[ ]{{1,2}}{_TOWN}",
)

# English ------------------------------------------------------------------------------------------------------------
_EN_HOUSE = r"\d{1,5}(?:[A-Za-z](?!\w))?(?:[-/]\d{1,4}[A-Za-z]?)?,?[ ]{1,2}"
_EN_STREET = (
    r"(?i:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|row|place|pl|square|sq|terrace|way|close|crescent|gardens|"
    r"grove|hill|mews|park|walk|boulevard|blvd|parade|quay|yard|wharf|rise|view|green|circle|highway|hwy|parkway|pkwy)"
)
_EN_SURE = r"(?i:street|road|avenue|lane|terrace|crescent|rd|ave)"
_EN_NO_NAME = (
    r"(?!(?:the|a|an|of|to|on|in|at|and|or|for|from|off|down|up|way|min|mins|minutes?|hours?|km|miles?|bike|bus|cycle|car|"
    r"side|long|busy|this|that|same|every|more|other|lane|new|old|one|big|people|guys|shops?|houses?|cars|bikes)\b)"
)
_EN_UNIT = r"(?i:flat|apt\.?|apartment|unit|suite|room|\#)[ ]?(?:\d{1,4}[A-Za-z]?|[A-Za-z])(?!\w)"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?[ ]\d(?!GB|TB|MB|KG|KM)[ABD-HJLNP-UW-Z]{2}(?!\w)"
_EN_TOWN = rf"(?:(?:,?[ ]{_CAPITAL}){{0,4}},?[ ](?:{_POSTCODE}|[A-Z]{{2}}[ ]\d{{5}}(?:-\d{{4}})?(?!\w)))?"
_ENGLISH = (
    rf"{_EN_HOUSE}(?:(?:{_CAPITAL}[ ]){{1,4}}{_EN_STREET}|"
    rf"(?:{_EN_NO_NAME}[a-z][a-z'’-]{{1,30}}[ ]){{1,2}}{_EN_SURE})(?!\w)(?:[ ]?,?[ ]{_EN_UNIT})?{_EN_TOWN}"
)
_ALONE = re.compile(rf"{_POSTCODE}|P\.?[ ]?O\.?[ ]?Box[ ]?\d{{1,6}}\b")

# Others: the number stands last -------------------------------------------------------------------------------------
_LAST = r"[ ]?,?[ ](?:n[º°.o]{0,2}[ ]?)?\d{1,4}[a-zA-Z]?(?![\w:%€]|[ ]?(?:h|€|uhr)\b)"
_OTHERS = (
    rf"\b[A-ZÄÖÜ][\w-]{{1,40}}(?:stra(?:ß|ss)e|str\.|weg|allee|gasse)[ ]\d{{1,4}}[a-z]?\b"
    rf"(?:,?[ ]\d{{5}}[ ]{_CAPITAL})?",
    rf"\b(?i:c/[ ]?|(?:calle|avda\.?|avenida|paseo|via|viale|piazza|corso|vicolo|rua|travessa|pra[çc]a|alameda)[ ])"
    rf"(?:(?:de[ ]la|de[ ]los|de[ ]las|de|del|della|dei|da|do|dos|das)[ ])?{_CAPITAL}"
    rf"(?:[ ](?:(?:de|del|della|da|do|dos)[ ])?{_CAPITAL}){{0,3}}{_LAST}",
)

# A cheap look at the lower-cased text before the patterns that begin with a street.
_STREET_SOMEWHERE = re.compile(
    r"rue|av[e.d]|boul|b[l]?v?d|imp[a.]|all|chemin|quai|sq|ruelle|fa?u?bo?u?r?g|lotis|venelle|esplan|rond|sentier|hameau"
    r"|lieu|chauss|stra|str\.|weg|gasse|calle|c/|plaza|paseo|via|piazza|corso|vicolo|rua|travessa|pra[çc]a|alameda"
)

# A place on the map, to ten metres or better
_COORDINATES = r"\d{1,3}\.\d{4,15}[ ]?[,;][ ]?-?\d{1,3}\.\d{4,15}"

_DIGITS = re.compile(r"\d+")
_NOT_BEFORE = re.compile(r"[\w/€$£-]$|\d[.,:]$")
_FROM_NUMBER = tuple(map(re.compile, (_FRENCH, _ENGLISH, _COORDINATES)))
_FROM_NUMBER_OF = re.compile(_FRENCH_OF)
_FROM_STREET = tuple(map(re.compile, (*_FRENCH_LAST, *_OTHERS)))
_UNIT_BEFORE = re.compile(rf"\b(?:{_DOOR}|{_EN_UNIT})[ ]?,?[ ]{{0,2}}$")
_BEFORE = 30


def find_addresses(text: str) -> Iterator[Span]:
    """Yield postal addresses, with floor, door, postcode and town where they follow."""
    for number in _DIGITS.finditer(text):
        yield from _from_number(text, number.start())
    for match in _ALONE.finditer(text):
        if not text[: match.start()][-1:].isalnum():
            yield Span(*match.span(), "address")
    if _STREET_SOMEWHERE.search(text.lower()):
        for pattern in _FROM_STREET:
            yield from (Span(*match.span(), "address") for match in pattern.finditer(text))


def _from_number(text: str, start: int) -> Iterator[Span]:
    """Yield the address whose house number begins at `start`, with the flat or building named before it."""
    before = text[max(0, start - _BEFORE) : start]
    if _NOT_BEFORE.search(before):
        return
    for pattern in _FROM_NUMBER:
        if match := pattern.match(text, start):
            unit = _UNIT_BEFORE.search(before)
            yield Span(start - (len(unit[0]) if unit else 0), match.end(), "address")
    if (match := _FROM_NUMBER_OF.match(text, start)) and (at := _AT_NUMBER.search(before)):
        yield Span(start - len(at[0]), match.end(), "address")
