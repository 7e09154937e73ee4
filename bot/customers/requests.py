"""What a customer's text asks for besides an answer: whether something is true, or to speak to a person.

The words are those of French, English, Spanish, German, Italian and Portuguese; other languages use /check.
"""

import re
import unicodedata

_TRUE = (
    # fr
    r"(?:c'?est|est[- ]ce(?: que c'?est)?|ce serait) (?:vraiment )?(?:vrai|reel|officiel|serieux)\b",
    r"c'?est (?:une? )?(?:intox|infox|fake|hoax|rumeur|arnaque) \?|vrai ou faux|info ou intox|le fin mot",
    r"vous confirmez",
    r"(?:qui|quelqu'?un|qqn|vous) (?:peu[xt]|pourrait|pouvez) (?:me )?confirmer",
    # en
    r"(?:is|was|are) (?:it|this|that|these|they|the \w+) (?:really |actually )?(?:true|real|legit|fake|a hoax|a scam)",
    r"true or false|(?:can|could) (?:any ?(?:one|body)|some ?(?:one|body)|you) (?:please )?confirm|fact[- ]?check",
    # es
    r"(?:es|sera) (?:esto |eso )?(?:verdad|cierto|real|un bulo)\b|alguien puede confirmar",
    # de
    r"(?:ist) (?:das|es|dies) (?:wirklich |denn )?(?:wahr|echt|fake)\b|stimmt (?:das|es)\b|jemand bestatigen",
    # it
    r"\be (?:davvero )?(?:vero|una bufala)\b|qualcuno (?:puo confermare|conferma)",
    # pt
    r"\be (?:mesmo )?verdade\b|alguem (?:pode confirmar|confirma)",
)
_PERSON = (
    # fr
    r"(?:un|une|a un|a une) (?:vrai |vraie )?(?:humain|conseiller|conseillere|personne humaine|vraie personne)\b",
    r"parler a (?:quelqu'?un|qqn|un agent)|service client svp",
    # en
    r"(?:a|an|real|some) (?:human|real person|live agent|human agent)\b",
    r"(?:talk|speak) to (?:someone|somebody|an agent|a person)",
    # es
    r"(?:un|una) (?:humano|humana|persona real|agente)\b|hablar con (?:alguien|una persona)",
    # de
    r"(?:einem|einen|echten|echter) (?:mensch|menschen|mitarbeiter)\b|mit jemandem sprechen",
    # it
    r"(?:un|una) (?:umano|persona vera|operatore|operatrice)\b|parlare con (?:qualcuno|una persona)",
    # pt
    r"(?:um|uma) (?:humano|humana|pessoa real|atendente)\b|falar com (?:alguem|uma pessoa)",
)
_ASKS_TRUE = re.compile("|".join(f"(?:{pattern})" for pattern in _TRUE))
_ASKS_PERSON = re.compile("|".join(f"(?:{pattern})" for pattern in _PERSON))


def asks_whether_true(text: str) -> bool:
    """Return whether a text asks if something is true.

    >>> asks_whether_true("C’est vrai que vous fermez ?"), asks_whether_true("vous fermez quand ?")
    (True, False)
    """
    return _ASKS_TRUE.search(_plain(text)) is not None


def asks_for_person(text: str) -> bool:
    """Return whether a text asks for somebody of the team.

    >>> asks_for_person("un humain svp"), asks_for_person("can I speak to someone?")
    (True, True)
    """
    return _ASKS_PERSON.search(_plain(text)) is not None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
