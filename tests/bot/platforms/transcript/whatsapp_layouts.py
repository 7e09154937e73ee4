"""Writes chats as WhatsApp exports them, in the layouts of both platforms by language and clock.

Written apart from the reader, from exports as they are, so that one cannot hide the other's mistakes. What a layout
cannot carry, and what a test therefore must not expect back, is said in `test_whatsapp_roundtrip.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.message import Media, Message

LRM, NNBSP, NBSP = "\u200e", "\u202f", "\u00a0"

IOS_OMITTED = {
    "en": (
        "image omitted",
        "video omitted",
        "audio omitted",
        "sticker omitted",
        "document omitted",
        "Contact card omitted",
    ),
    "fr": (
        "image absente",
        "vidéo absente",
        "audio omis",
        "sticker omis",
        "document manquant",
        "Fiche contact manquante",
    ),
    "es": (
        "imagen omitida",
        "Video omitido",
        "audio omitido",
        "sticker omitido",
        "documento omitido",
        "Tarjeta de contacto omitida",
    ),
    "de": (
        "Bild weggelassen",
        "Video weggelassen",
        "Audio weggelassen",
        "Sticker weggelassen",
        "Dokument weggelassen",
        "Kontaktkarte ausgelassen",
    ),
    "it": (
        "immagine omessa",
        "video omesso",
        "audio omesso",
        "sticker non incluso",
        "documento omesso",
        "Scheda contatto omessa",
    ),
    "pt": (
        "imagem ocultada",
        "vídeo omitido",
        "áudio ocultado",
        "figurinha omitida",
        "documento omitido",
        "Cartão do contato omitido",
    ),
}
KINDS = (Media.PHOTO, Media.VIDEO, Media.VOICE, Media.STICKER, Media.DOCUMENT, Media.CONTACT)
ANDROID_OMITTED = {
    "en": "<Media omitted>",
    "fr": "<Médias omis>",
    "es": "<Multimedia omitido>",
    "de": "<Medien ausgeschlossen>",
    "it": "<Media omessi>",
    "pt": "<Mídia oculta>",
}
ATTACHED_IOS = {
    "en": "attached",
    "fr": "pièce jointe ",
    "es": "adjunto",
    "de": "Anhang",
    "it": "allegato",
    "pt": "anexado",
}
ATTACHED_ANDROID = {
    "en": "(file attached)",
    "fr": "(fichier joint)",
    "es": "(archivo adjunto)",
    "de": "(Datei angehängt)",
    "it": "(file allegato)",
    "pt": "(arquivo anexado)",
}
FILES = {
    Media.PHOTO: ("IMG", "PHOTO", "jpg"),
    Media.VIDEO: ("VID", "VIDEO", "mp4"),
    Media.VOICE: ("PTT", "AUDIO", "opus"),
    Media.STICKER: ("STK", "STICKER", "webp"),
    Media.DOCUMENT: ("DOC", "Devis", "pdf"),
    Media.CONTACT: ("Contact", "Contact", "vcf"),
}
EDITED = {
    "en": "<This message was edited>",
    "fr": "<Ce message a été modifié>",
    "es": "<Se editó este mensaje.>",
    "de": "<Diese Nachricht wurde bearbeitet.>",
    "it": "<Questo messaggio è stato modificato>",
    "pt": "<Mensagem editada>",
}
ENCRYPTED = {
    "en": "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.",
    "fr": "Les messages et les appels sont chiffrés de bout en bout. Aucun tiers, pas même WhatsApp, ne peut les lire.",
    "es": "Los mensajes y las llamadas están cifrados de extremo a extremo. Nadie fuera de este chat puede leerlos.",
    "de": "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand außerhalb dieses Chats kann sie lesen.",
    "it": "I messaggi e le chiamate sono crittografati end-to-end. Nessuno al di fuori di questa chat può leggerli.",
    "pt": "As mensagens e as chamadas são protegidas com a criptografia de ponta a ponta.",
}


@dataclass(frozen=True)
class Layout:
    """How one phone writes the head of a line: in strftime's letters, those with a dash unpadded, and N for `noon`.

    `noon` are the words for before and after noon, with the space before them; `media` says that files were included.
    """

    name: str
    language: str
    head: str
    order: str
    noon: tuple[str, str] = ("", "")
    media: bool = False

    @property
    def marked(self) -> bool:
        """Whether the app marks its own words with U+200E and ends messages with CR LF."""
        return self.head.startswith("[")

    @property
    def seconds(self) -> bool:
        return "%S" in self.head

    def write_head(self, at: datetime) -> str:
        hour = at.hour % 12 or 12
        head = self.head
        for letter, value in (("-d", at.day), ("-m", at.month), ("-H", at.hour), ("-I", hour)):
            head = head.replace(f"%{letter}", str(value))
        return at.strftime(head.replace("%N", self.noon[at.hour >= 12]))

    def carries(self, at: datetime) -> datetime:
        """The instant as far as the layout tells it."""
        return at if self.seconds else at.replace(second=0)


LAYOUTS = (
    Layout("ios-en-US-12h", "en", "[%-m/%-d/%y, %-I:%M:%S%N] ", "mdy", (f"{NNBSP}AM", f"{NNBSP}PM")),
    Layout("ios-en-US-12h-media", "en", "[%-m/%-d/%y, %-I:%M:%S%N] ", "mdy", (f"{NNBSP}AM", f"{NNBSP}PM"), media=True),
    Layout("ios-en-GB-24h", "en", "[%d/%m/%Y, %H:%M:%S] ", "dmy"),
    Layout("ios-en-AU-12h", "en", "[%-d/%-m/%Y, %-I:%M:%S%N] ", "dmy", (f"{NNBSP}am", f"{NNBSP}pm")),
    Layout("ios-fr-24h", "fr", "[%d/%m/%Y %H:%M:%S] ", "dmy"),
    Layout("ios-fr-24h-media", "fr", "[%d/%m/%Y, %H:%M:%S] ", "dmy", media=True),
    Layout("ios-fr-CA-24h", "fr", "[%Y-%m-%d %H h %M min %S s] ", "ymd"),
    Layout("ios-es-12h", "es", "[%-d/%-m/%y, %-I:%M:%S%N] ", "dmy", (f"{NNBSP}a.{NBSP}m.", f"{NNBSP}p.{NBSP}m.")),
    Layout("ios-de-24h", "de", "[%d.%m.%y, %H:%M:%S] ", "dmy"),
    Layout("ios-de-24h-media", "de", "[%d.%m.%y, %H:%M:%S] ", "dmy", media=True),
    Layout("ios-it-24h", "it", "[%d/%m/%y, %H:%M:%S] ", "dmy"),
    Layout("ios-pt-BR-24h", "pt", "[%d/%m/%Y, %H:%M:%S] ", "dmy"),
    Layout("ios-iso-24h", "en", "[%Y-%m-%d, %H:%M:%S] ", "ymd"),
    Layout("ios-2014-fr", "fr", "%d/%m/%Y %H:%M:%S: ", "dmy"),
    Layout("android-en-US-12h", "en", "%-m/%-d/%y, %-I:%M%N - ", "mdy", (f"{NNBSP}AM", f"{NNBSP}PM")),
    Layout("android-en-US-12h-media", "en", "%-m/%-d/%y, %-I:%M%N - ", "mdy", (" AM", " PM"), media=True),
    Layout("android-en-GB-24h", "en", "%d/%m/%Y, %H:%M - ", "dmy"),
    Layout("android-en-IN-12h", "en", "%d/%m/%y, %-I:%M%N - ", "dmy", (f"{NNBSP}am", f"{NNBSP}pm")),
    Layout("android-en-CA-12h", "en", "%Y-%m-%d, %-I:%M%N - ", "ymd", (f"{NNBSP}a.m.", f"{NNBSP}p.m.")),
    Layout("android-en-ZA-24h", "en", "%Y/%m/%d, %H:%M - ", "ymd"),
    Layout("android-fr-24h", "fr", "%d/%m/%Y, %H:%M - ", "dmy"),
    Layout("android-fr-24h-media", "fr", "%d/%m/%Y %H:%M - ", "dmy", media=True),
    Layout("android-fr-2015", "fr", "%d/%m/%Y à %H:%M - ", "dmy"),
    Layout("android-fr-CA-24h", "fr", "%Y-%m-%d %H h %M - ", "ymd"),
    Layout("android-es-24h", "es", "%-d/%-m/%y, %-H:%M - ", "dmy"),
    Layout("android-es-MX-12h", "es", "%-d/%-m/%Y, %-I:%M%N - ", "dmy", (f"{NBSP}a.{NBSP}m.", f"{NBSP}p.{NBSP}m.")),
    Layout("android-de-24h", "de", "%d.%m.%y, %H:%M - ", "dmy"),
    Layout("android-de-24h-media", "de", "%d.%m.%y, %H:%M - ", "dmy", media=True),
    Layout("android-it-24h", "it", "%d/%m/%y, %H:%M - ", "dmy"),
    Layout("android-pt-BR-24h", "pt", "%d/%m/%Y %H:%M - ", "dmy"),
    Layout("android-pt-PT-24h", "pt", "%d/%m/%y, %H:%M - ", "dmy"),
    Layout("android-nl-24h", "en", "%d-%m-%Y %H:%M - ", "dmy"),
    Layout("android-fi-24h", "en", "%-d.%-m.%Y klo %-H.%M - ", "dmy"),
    Layout("android-id-24h", "en", "%d/%m/%y %H.%M - ", "dmy"),
)


def write_chat(messages: Iterable[Message], layout: Layout, zone: ZoneInfo, *, group: str = "") -> str:
    """The export of `messages` on a phone in `zone`; with a `group`, under the notice that opens every chat."""
    end = "\r\n" if layout.marked else "\n"
    lines = []
    for number, message in enumerate(messages):
        at = message.sent_at.astimezone(zone)
        if group and not lines:
            notice = f"{group}: {LRM}{ENCRYPTED[layout.language]}" if layout.marked else ENCRYPTED[layout.language]
            lines.append(layout.write_head(at) + notice)
        body = _body(message, layout, number, at)
        mark = LRM if layout.marked and LRM in body else ""
        lines.append(f"{mark}{layout.write_head(at)}{message.sender.name}: {body}")
    return "".join(line + end for line in lines)


def _body(message: Message, layout: Layout, number: int, at: datetime) -> str:
    text = message.text
    if message.edited:
        text = f"{text} {LRM if layout.marked else ''}{EDITED[layout.language]}"
    if message.media is None:
        return text
    if layout.marked:
        words = f"{LRM}{_ios_media(message.media, layout, number, at)}"
        return f"{text} {words}" if text else words
    words = _android_media(message.media, layout, number, at)
    return f"{words}\n{text}" if text else words


def _ios_media(media: Media, layout: Layout, number: int, at: datetime) -> str:
    if not layout.media:
        words = IOS_OMITTED[layout.language][KINDS.index(media)]
        return f"Devis.pdf • {LRM}3 pages {LRM}{words}" if media is Media.DOCUMENT else words
    _, kind, ending = FILES[media]
    return f"<{ATTACHED_IOS[layout.language]}: {number:08}-{kind}-{at:%Y-%m-%d-%H-%M-%S}.{ending}>"


def _android_media(media: Media, layout: Layout, number: int, at: datetime) -> str:
    if not layout.media:
        return ANDROID_OMITTED[layout.language]
    kind, _, ending = FILES[media]
    return f"{kind}-{at:%Y%m%d}-WA{number:04}.{ending} {ATTACHED_ANDROID[layout.language]}"
