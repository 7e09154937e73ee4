"""What redaction takes out and what it leaves, one example a line. All people, numbers and accounts are invented."""

import re

import pytest

from nlp.redact import KINDS, redact

GONE = {
    "phone": """
        06 39 98 41 27 ¦ 06.39.98.41.27 ¦ 0639984127 ¦ 06-39-98-41-27 ¦ 06/39/98/41/27 ¦ 06_39_98_41_27 ¦ 06,39,98,41,27
        0639 98 41 27 ¦ 06 39984127 ¦ 063 998 41 27 ¦ 0 6 3 9 9 8 4 1 2 7 ¦ 06  39  98  41  27 ¦ (06) 39 98 41 27
        06 - 39 - 98 - 41 - 27 ¦ 06|39|98|41|27 ¦ 06:39:98:41:27 ¦ O6 39 98 41 27 ¦ 06*39*98*41*27
        06 39 98 41 2 ¦ 06 39 98 41 277
        +33 6 39 98 41 27 ¦ +33(0)6 39 98 41 27 ¦ +33 (0) 6 39 98 41 27 ¦ 0033 6 39 98 41 27 ¦ +33.6.39.98.41.27
        0033639984127 ¦ 33639984127 ¦ 33 6 39 98 41 27 ¦ 6 39 98 41 27 ¦ (+33) 6 39 98 41 27 ¦ tél:0639984127
        07700 900123 ¦ 07700 900 123 ¦ 020 7946 0958 ¦ (020) 7946 0958 ¦ +44 7700 900123 ¦ +44 (0)20 7946 0958
        415-555-0134 ¦ (415) 555-0134 ¦ 415.555.0134 ¦ +1 (415) 555-0134 ¦ +1-415-555-0134 ¦ 1-800-555-0199
        +49 30 12345678 ¦ +32 475 12 34 56 ¦ 0475/12.34.56 ¦ 079 123 45 67 ¦ 77 123 45 67 ¦ +34 612 345 678
        tel 12 34 56 78 ¦ mon num: 639984127
        zéro six trente-neuf quatre-vingt-dix-huit quarante et un vingt-sept
        06 trente-neuf quatre-vingt-dix-huit quarante et un vingt-sept
        oh seven seven double zero nine zero zero one two three
    """,
    "iban": """
        FR41 9991 7004 1200 5871 3640 255 ¦ fr4199917004120058713640255 ¦ FR41-9991-7004-1200-5871-3640-255
        FR 41 9991 7004 1200 5871 3640 255 ¦ FR41.9991.7004.1200.5871.3640.255 ¦ FR41 99917 00412 00587136402 55
        F R 4 1 9 9 9 1 7 0 0 4 1 2 0 0 5 8 7 1 3 6 4 0 2 5 5 ¦ GB29 NWBK 6016 1331 9268 19 ¦ gb29nwbk60161331926819
        DE89 3704 0044 0532 0130 00 ¦ NL91ABNA0417164300 ¦ CH93 0076 2011 6238 5295 7
        FR42 9991 7004 1200 5871 3640 255 ¦ iban fr76 3000 6000 0112 3456 7890 19 ¦ 30006 00001 12345678901 89
    """,
    "card": """
        4970 1012 3456 7893 ¦ 4970101234567893 ¦ 4970-1012-3456-7893 ¦ 4111.1111.1111.1111 ¦ 4111/1111/1111/1111
        3782 822463 10005 ¦ 378282246310005 ¦ 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ¦ 41 11 11 11 11 11 11 11
        4970 1012 3456 7894
    """,
    "email": """
        nadia.ferrand84@boitelibre.example ¦ NADIA@FREE.FR ¦ nadia+x@free.fr ¦ nadia_ferrand@free.co.uk ¦ zoé@exemple.fr
        nadia @ free.fr ¦ nadia@ free.fr ¦ nadia @free.fr ¦ nadia@gmail ¦ nadia@gmail com ¦ n.f@ex-ample.museum
        nadia(at)free.fr ¦ nadia [at] free [dot] fr ¦ nadia arobase free point fr ¦ nadia at free dot fr
        nadia point ferrand arobase free point fr ¦ nadia arobase gmail.com ¦ nadia{at}free.fr
        nadia.ferrand chez gmail point com
    """,
    "id": """
        1 85 05 78 006 084 91 ¦ 185057800608491 ¦ 1 85 05 2A 006 084 23 ¦ 1850578006084 91 ¦ 123-45-6789 ¦ 12345678Z
        AB 12 34 56 C ¦ RSSMRA85T10A562S ¦ 756.9217.0769.85 ¦ AB-123-CD ¦ 12AB34567 ¦ 192.168.12.104
        numéro client 48213377 ¦ customer number: AB123456 ¦ n° de sécurité sociale 1850578
        sk_live_4eC39HqLyjWDarjtT1zdp7dc ¦ née le 14/03/1985 ¦ born on 3 March 1985
    """,
    "address": """
        14 rue des Capucines ¦ 14, rue des capucines ¦ 14 bis av. Victor Hugo ¦ 14bis, avenue Victor Hugo
        14 RUE DES CAPUCINES ¦ 3 bd du Général de Gaulle, 43100 Brioude ¦ 12 place Bellecour ¦ 12 rue du 8 mai 1945
        4 all. des Tilleuls bât C ¦ 5 allée des Roses 2e étage porte 4 ¦ au 14 de la rue des Capucines
        rue des Capucines, n°14 ¦ rue de la Loi 16, 1000 Bruxelles
        221B Baker Street ¦ flat 6, 21 Quayside Row ¦ 10 Downing St, London SW1A 2AA ¦ 12 main street
        742 Evergreen Terrace, Springfield, OR 97475
        Hauptstraße 12 ¦ Calle Mayor 5 ¦ Via Roma 12 ¦ 48.85661, 2.35222
    """,
    "code": """
        digicode 47B2 ¦ code porte 1234 ¦ code de la porte : 12A34 ¦ le code c'est 47B2 ¦ door code 1234
        code 5512 ¦ gate code is #4521 ¦ code pin 1234 ¦ 47B2 au digicode
    """,
    "secret": "mdp: Soleil2024! ¦ password is hunter2",
    "handle": "@nadia_f ¦ @33639984127 ¦ @\u2068Nadia Ferrand\u2069 ¦ @\u2068~Nadia\u2069 ¦ ~\u202fNadia Ferrand"
    " ¦ insta : nadia.f75 ¦ mon snap c'est nadia_75",
    "number": "48213377 ¦ 9781234567897123",
}
GONE_CASES = [
    (kind, example) for kind, lines in GONE.items() for example in re.split(r" ¦ |\n", lines.strip()) if example.strip()
]

KEPT = """
12 000 exemplaires ¦ 1 250 000 € ¦ 14.03.2025 ¦ 14/03/2025 18:30 ¦ 2025-03-14 ¦ 20250314 ¦ le 12 mars 2025
2023 2024 2025 ¦ 9 h 30 - 12 h 30 ¦ 06h30-08h45 ¦ 06.30 - 08.45 10.00 ¦ 6 h 30 - 20 h tous les jours
06/12 14/12 21/12 28/12 ¦ 20h30 21h15 ¦ 12-10 11-9 8-11 ¦ 6-3 6-4 7-5 ¦ score 3-2 ¦ 10 20 30 ¦ 1-2-3 soleil
c'est 50/50 ¦ 100000000 fois ¦ 25 000 000 de vues ¦ commande 48213377 ¦ commande n° 2025031487
colis 6A12345678901 ¦ isbn 9782070612758 ¦ lot B0311 ¦ order number 48213377 ¦ 44,90 € ¦ 12,50 13,40 14,60
63 x 88 mm ¦ 3.14159265 ¦ v1.2.3 ¦ 100 % 200 % ¦ 12345678 € ¦ 3 cours de yoga ¦ 2 places pour samedi
il y a 10 rues ¦ rue des Aulnes ¦ 43100 Brioude ¦ le 3 avril ¦ 2e étage ¦ le 4 av JC ¦ 5 minutes down the road
2 way street ¦ 3 bus lanes ¦ M4 motorway ¦ room 12 ¦ code promo BRIO10 ¦ code 20 ¦ tu viens at 8 ¦ look at this dot
rdv @ 18h ¦ @tous ¦ @everyone ¦ order at maison.example ¦ insta : trop bien ¦ vingt ou trente
un deux trois soleil ¦ five or six people ¦ zéro déchet ¦ ok.merci ¦ et/ou ¦ 20 square feet
CALLED A RAISE WITH 85 ¦ #950peopleinjured40dead ¦ passport EUR 2500-4000 ¦ DE 27/08/2018 2a feira
"""
KEPT_CASES = re.split(r" ¦ |\n", KEPT.strip())


@pytest.mark.parametrize(("kind", "example"), GONE_CASES, ids=[f"{k}-{n}" for n, (k, _) in enumerate(GONE_CASES)])
def test_personal_data_leaves_only_its_kind(kind: str, example: str) -> None:
    said = redact(f"salut, {example.strip()} merci")
    assert f"[{kind}]" in said.text
    assert said.found[kind] >= 1
    assert not re.search(r"\d{2}|@", said.text)
    assert said.text.startswith("salut, ")
    assert said.text.endswith(" merci")


@pytest.mark.parametrize("example", KEPT_CASES, ids=range(len(KEPT_CASES)))
def test_ordinary_numbers_stay(example: str) -> None:
    assert redact(f"salut {example} merci").text == f"salut {example} merci"


def test_each_kind_is_found_beside_others() -> None:
    text = "trop gentille !! 14 rue des Capucines 2e gauche, digicode 47B2, mon num 06\u202f39\u202f98\u202f41\u202f27"
    said = redact(text)
    assert said.text == "trop gentille !! [address], digicode [code], mon num [phone]"
    assert said.found == {"address": 1, "code": 1, "phone": 1}


def test_two_numbers_in_a_row_are_two() -> None:
    assert redact("06 39 98 41 27 ou 07 12 34 56 78").text == "[phone] ou [phone]"
    assert redact("0639984127/0712345678").text == "[phone]/[phone]"
    assert redact("0639984127 0712345678").text == "[phone] [phone]"


def test_beside_personal_data_no_long_number_stays() -> None:
    alone = "commande n°48213377 du 14.03.2025"
    assert redact(alone).text == alone
    assert redact(f"{alone}, tel 06 39 98 41 27").text == "commande n°[number] du [number], tel [phone]"


def test_a_mention_that_holds_an_address_is_one() -> None:
    assert redact("@\u2068nadia@x.example Ferrand\u2069 ok").text == "[handle] ok"


def test_disguised_digits_are_read_as_people_read_them() -> None:
    for disguised in (
        "06\u200b39\u200b98\u200b41\u200b27",
        "0️⃣6️⃣3️⃣9️⃣9️⃣8️⃣4️⃣1️⃣2️⃣7️⃣",
        "０６３９９８４１２７",
        "٠٦٣٩٩٨٤١٢٧",
        "06\u00a039\u200998‑41‑27",
        "\u206806 39 98 41 27\u2069",
        "06 39 98\n41 27",
    ):
        said = redact(f"mon numéro {disguised} merci")
        assert said.found == {"phone": 1}
        assert not re.search(r"\d", said.text)


LINKS = [
    ("https://x.example/reset?token=abc123def", "https://x.example/reset"),
    ("https://user:secret@x.example/a", "https://x.example/a"),
    ("https://x.example/#access_token=abc", "https://x.example/"),
    ("http://x.example/u/nadia@free.example", "http://x.example/u/[email]"),
    ("https://x.example/k/a8f5f167f44f4964e6c998dee827110c", "https://x.example/k/[id]"),
    ("https://x.example/actus/2025/03/14/rappel-b0311", "https://x.example/actus/2025/03/14/rappel-b0311"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=4", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://wa.me/33639984127", "https://wa.me/[phone]"),
    ("wa.me/33639984127?text=hi", "wa.me/[phone]"),
    ("https://api.whatsapp.com/send?phone=33639984127", "https://api.whatsapp.com/send"),
    ("https://t.me/nadiaf", "https://t.me/[handle]"),
    ("https://t.me/joinchat/AbCdEf123", "https://t.me/joinchat/[handle]"),
    ("x.com/nadia_f/status/1234567890123456789", "x.com/[handle]/status/1234567890123456789"),
    ("https://instagram.com/p/Cxyz12", "https://instagram.com/p/Cxyz12"),
    ("https://tiktok.com/@nadia/video/1", "https://tiktok.com/[handle]/video/1"),
    ("roulibre-refunds.example/form", "roulibre-refunds.example/form"),
    ("www.maison-brioude.example", "www.maison-brioude.example"),
]


@pytest.mark.parametrize(("written", "safe"), LINKS, ids=range(len(LINKS)))
def test_links_stay_without_their_secrets(written: str, safe: str) -> None:
    said = redact(f"regarde ({written}), c'est faux !")
    assert said.text == f"regarde ({safe}), c'est faux !"
    assert said.links == (safe,)


def test_a_link_is_listed_once() -> None:
    assert redact("http://a.example/x?u=1 puis http://a.example/x?u=2").links == ("http://a.example/x",)


def test_countries_follow_region_and_languages() -> None:
    assert redact("0664 1234567", region="AT", languages=("de",)).text == "[phone]"
    assert redact("612 345 678", region="ES", languages=("es",)).text == "612 345 678"  # reads as an amount
    assert redact("móvil 612 34 56 78", region="ES", languages=("es",)).text == "móvil [phone]"


def test_placeholders_are_the_documented_kinds() -> None:
    assert {kind for kind, _ in GONE_CASES} == set(KINDS)
