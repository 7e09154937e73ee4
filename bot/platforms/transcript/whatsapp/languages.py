"""What WhatsApp itself writes into an exported chat, by language, as data. To add a language, add an entry.

One string holds several wordings, separated by `|`. A `*` stands for a name, a title or the rest of the sentence. Case,
direction marks, apostrophes' form, kinds of space and a full stop at the end do not matter.

WhatsApp publishes none of this. The wordings were gathered from public readers of such exports and their fixtures, each
in use with real files: gesiscss/WhatsR (inst/Languages.csv; de, en), the Dart package `whatsapp_chat_parser`, which
lists the apps' own strings (Localizable.strings of iOS 22.24, strings.xml of Android), Pustur/whatsapp-chat-parser
(issues 3, 258, 266), lucasrodes/whatstk, rodrigogs/whats-reader, mtln/chat-export, joweich/chat-miner.
"""

from collections.abc import Mapping

from bot.message import Media
from bot.platforms.transcript.whatsapp.wording import System, Wording

LANGUAGES: Mapping[str, Wording] = {
    "en": Wording(
        omitted={
            Media.PHOTO: "image omitted | photo omitted | view once photo omitted",
            Media.VIDEO: "video omitted | GIF omitted | video note omitted | video message omitted"
            " | view once video omitted",
            Media.VOICE: "audio omitted | voice message omitted | view once voice message omitted",
            Media.STICKER: "sticker omitted",
            Media.DOCUMENT: "document omitted",
            Media.CONTACT: "contact card omitted",
            Media.OTHER: "media omitted | view once message omitted",
        },
        attached="attached | file attached",
        edited="this message was edited",
        poll="poll",
        option="option",
        place="location",
        live_place="live location shared",
        system={
            System.DELETED: "this message was deleted | you deleted this message | message deleted"
            " | this message was deleted by admin * | you deleted this message as admin",
            System.WAITING: "waiting for this message* | * waiting for this message",
            System.ENCRYPTION: "messages and calls are end-to-end encrypted*"
            " | messages to this * are now secured with end-to-end encryption*"
            " | messages you send to this * are secured with end-to-end encryption*",
            System.CREATED: "* created group * | * created the group * | * created this group"
            " | * created the community *",
            System.SUBJECT: "* changed the subject * | * changed the group name *",
            System.ICON: "* changed this group's icon | * deleted this group's icon",
            System.DESCRIPTION: "* changed the group description* | * deleted the group description*",
            System.SETTINGS: "* changed this group's settings* | * changed the settings *"
            " | * turned on admin approval* | * turned off admin approval* | * reset this group's invite link",
            System.JOINED: "* joined using this group's invite link* | * joined using a group link*"
            " | * joined using your invite* | * joined from the community* | * requested to join* | * joined",
            System.ADDED: "* added * | * was added | * were added",
            System.REMOVED: "* removed * | * was removed | * were removed",
            System.LEFT: "* left | * left the group",
            System.NUMBER: "* changed their phone number* | * changed to +*",
            System.SECURITY_CODE: "your security code with * changed* | *'s security code changed*",
            System.ADMIN: "* now an admin* | * no longer an admin*",
            System.PINNED: "* pinned a message",
            System.DISAPPEARING: "* disappearing messages* | * updated the message timer*",
            System.CONTACT: "you blocked this * | you unblocked this * | this chat is with a business account*"
            " | this business * | * is a contact",
            System.CALL: "missed voice call* | missed video call* | missed group * call* | silenced voice call*"
            " | silenced video call* | voice call. * | voice call, * | video call. * | video call, *"
            " | * started a call | * started a video call",
        },
    ),
    "fr": Wording(
        omitted={
            Media.PHOTO: "image absente",
            Media.VIDEO: "vidéo absente | GIF retiré | note vidéo absente",
            Media.VOICE: "audio omis | audio absent | message vocal à vue unique absent",
            Media.STICKER: "sticker omis",
            Media.DOCUMENT: "document manquant | document omis",
            Media.CONTACT: "fiche contact manquante",
            Media.OTHER: "médias omis | média omis | fichier omis | médias absents",
        },
        attached="pièce jointe | fichier joint",
        edited="ce message a été modifié",
        poll="sondage",
        option="option",
        place="localisation | position | emplacement",
        live_place="localisation en direct partagée | position en direct partagée",
        system={
            System.DELETED: "ce message a été supprimé | vous avez supprimé ce message"
            " | ce message a été supprimé par l'admin *",
            System.WAITING: "en attente de ce message* | en attente du message*",
            System.ENCRYPTION: "les messages et les appels sont chiffrés de bout en bout*"
            " | les messages envoyés dans * désormais protégés avec le chiffrement de bout en bout*"
            " | vos messages et vos appels sont protégés *",
            System.CREATED: "* a créé le groupe* | * a créé ce groupe | vous avez créé le groupe*"
            " | vous avez créé ce groupe",
            System.SUBJECT: "* a changé le sujet * | * a modifié le sujet * | * a remplacé le sujet *"
            " | * a remplacé le nom du groupe * | * a changé le nom du groupe * | * a modifié le nom du groupe *"
            " | vous avez changé le sujet * | vous avez modifié le sujet * | vous avez changé le nom du groupe *",
            System.ICON: "* a changé l'icône * | * a modifié l'icône * | * a supprimé l'icône *"
            " | vous avez changé l'icône * | vous avez supprimé l'icône *",
            System.DESCRIPTION: "* a changé la description du groupe* | * a modifié la description du groupe*"
            " | * a supprimé la description du groupe* | vous avez changé la description du groupe*",
            System.SETTINGS: "* a changé les paramètres * | * a modifié les paramètres *"
            " | vous avez changé les paramètres * | * l'approbation des admins*"
            " | * a réinitialisé le lien d'invitation*",
            System.JOINED: "* a rejoint le groupe* | * a rejoint ce groupe* | * a rejoint en utilisant *"
            " | * a rejoint via * | * a rejoint depuis * | vous avez rejoint * | * a demandé à rejoindre*",
            System.ADDED: "* a ajouté * | vous avez ajouté * | * vous a ajouté* | * a été ajouté* | * été ajouté(e)*",
            System.REMOVED: "* a retiré * | vous avez retiré * | * a été retiré* | * été retiré(e)*",
            System.LEFT: "* est parti | * est parti(e) | * est partie | * a quitté le groupe | * a quitté"
            " | vous êtes parti(e) | vous avez quitté le groupe",
            System.NUMBER: "* a changé de numéro* | * est passé à * | * est passé au *",
            System.SECURITY_CODE: "votre code de sécurité avec * a changé* | le code de sécurité de * a changé*",
            System.ADMIN: "vous êtes désormais admin* | vous êtes maintenant admin* | * est désormais admin*"
            " | vous n'êtes plus admin*",
            System.PINNED: "* a épinglé un message | vous avez épinglé un message",
            System.DISAPPEARING: "* messages éphémères*",
            System.CONTACT: "vous avez bloqué * | vous avez débloqué * | cette discussion est avec un compte *"
            " | ce compte professionnel *",
            System.CALL: "appel vocal manqué* | appel vidéo manqué* | appel vocal. * | appel vocal, * | appel vidéo. *"
            " | appel vidéo, * | * a lancé un appel* | * a démarré un appel*",
        },
    ),
    "es": Wording(
        omitted={
            Media.PHOTO: "imagen omitida",
            Media.VIDEO: "video omitido | vídeo omitido | GIF omitido | nota de video omitida",
            Media.VOICE: "audio omitido",
            Media.STICKER: "sticker omitido",
            Media.DOCUMENT: "documento omitido",
            Media.CONTACT: "tarjeta de contacto omitida",
            Media.OTHER: "multimedia omitido | archivo omitido | medios omitidos",
        },
        attached="adjunto | archivo adjunto | archivo adjuntado",
        edited="se editó este mensaje | este mensaje fue editado",
        poll="encuesta",
        option="opción",
        place="ubicación",
        live_place="ubicación en tiempo real compartida",
        system={
            System.DELETED: "se eliminó este mensaje | eliminaste este mensaje | este mensaje fue eliminado",
            System.WAITING: "esperando este mensaje* | esperando el mensaje*",
            System.ENCRYPTION: "los mensajes y las llamadas están cifrados de extremo a extremo*"
            " | los mensajes * cifrado de extremo a extremo* | tus mensajes y llamadas * cifrado de extremo a extremo*",
            System.CREATED: "* creó el grupo* | * creó este grupo | creaste el grupo* | creaste este grupo",
            System.SUBJECT: "* cambió el asunto * | * cambió el nombre del grupo * | cambiaste el asunto *"
            " | cambiaste el nombre del grupo *",
            System.ICON: "* cambió el ícono * | * cambió el icono * | * cambió la foto del grupo"
            " | cambiaste el ícono * | cambiaste el icono * | * eliminó el ícono *",
            System.DESCRIPTION: "* cambió la descripción del grupo* | cambiaste la descripción del grupo*",
            System.SETTINGS: "* cambió los ajustes * | cambiaste los ajustes * | * cambió la configuración *"
            " | * la aprobación de los admins*",
            System.JOINED: "* se unió usando el enlace* | * se unió mediante * | * se unió con el enlace*"
            " | * se unió desde la comunidad* | te uniste * | * se unieron desde la comunidad* | * solicitó unirse*",
            System.ADDED: "* añadió a * | * te añadió* | añadiste a * | se añadió a * | * agregó a * | * fue añadido*",
            System.REMOVED: "* eliminó a * | * te eliminó | eliminaste a * | * fue eliminado",
            System.LEFT: "* salió | * salió del grupo | saliste* | * abandonó el grupo",
            System.NUMBER: "* cambió su número de teléfono* | * cambió a +* | * ha cambiado de número*",
            System.SECURITY_CODE: "cambió tu código de seguridad con * | * código de seguridad * cambió*",
            System.ADMIN: "ahora eres admin* | * ahora es admin* | ya no eres admin*",
            System.PINNED: "* fijó un mensaje | fijaste un mensaje",
            System.DISAPPEARING: "* mensajes temporales* | * temporizador de los mensajes*",
            System.CONTACT: "bloqueaste a este contacto* | desbloqueaste a este contacto*"
            " | este chat es con una cuenta de empresa* | esta cuenta de empresa *",
            System.CALL: "llamada perdida* | videollamada perdida* | llamada de voz perdida* | llamada de voz. *"
            " | llamada de voz, * | videollamada. * | videollamada, * | * inició una llamada*"
            " | * inició una videollamada*",
        },
    ),
    "de": Wording(
        omitted={
            Media.PHOTO: "Bild weggelassen",
            Media.VIDEO: "Video weggelassen | GIF weggelassen | Videonachricht weggelassen | Videonotiz weggelassen",
            Media.VOICE: "Audio weggelassen | Audio nicht enthalten",
            Media.STICKER: "Sticker weggelassen",
            Media.DOCUMENT: "Dokument weggelassen",
            Media.CONTACT: "Kontaktkarte ausgelassen | Kontaktkarte weggelassen",
            Media.OTHER: "Medien ausgeschlossen | Medien weggelassen | Medien ausgelassen",
        },
        attached="Anhang | angehängt | Datei angehängt",
        edited="Diese Nachricht wurde bearbeitet",
        poll="Umfrage",
        option="Option",
        place="Standort",
        live_place="Live-Standort wird geteilt",
        system={
            System.DELETED: "Diese Nachricht wurde gelöscht | Du hast diese Nachricht gelöscht"
            " | Diese Nachricht wurde von Admin * gelöscht",
            System.WAITING: "Warte auf diese Nachricht* | Warten auf diese Nachricht*",
            System.ENCRYPTION: "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt*"
            " | Nachrichten an diese Gruppe sind jetzt mit Ende-zu-Ende-Verschlüsselung geschützt*"
            " | Nachrichten in diesem Chat sowie Anrufe sind jetzt mit Ende-zu-Ende-Verschlüsselung geschützt*",
            System.CREATED: "* hat die Gruppe * erstellt | * hat die Gruppe erstellt | du hast die Gruppe * erstellt"
            " | du hast diese Gruppe erstellt | * hat diese Gruppe erstellt",
            System.SUBJECT: "* den Betreff * geändert | * den Gruppennamen * geändert"
            " | * hat den Gruppennamen geändert",
            System.ICON: "* das Gruppenbild geändert | * das Gruppenbild gelöscht",
            System.DESCRIPTION: "* die Gruppenbeschreibung geändert* | * die Gruppenbeschreibung gelöscht*",
            System.SETTINGS: "* die Gruppeneinstellungen geändert* | * die Einstellungen dieser Gruppe geändert*"
            " | * den Einladungslink * zurückgesetzt | * Admin-Genehmigung*",
            System.JOINED: "* über * Einladungslink* beigetreten | * ist der Gruppe beigetreten*"
            " | du bist * beigetreten | * ist * beigetreten | * möchte der Gruppe beitreten*",
            System.ADDED: "* hat * hinzugefügt | du hast * hinzugefügt | * wurde hinzugefügt | du wurdest hinzugefügt",
            System.REMOVED: "* hat * entfernt | du hast * entfernt | * wurde entfernt | du wurdest entfernt",
            System.LEFT: "* hat die Gruppe verlassen | du hast die Gruppe verlassen",
            System.NUMBER: "* hat eine neue Telefonnummer* | * hat die Telefonnummer gewechselt*"
            " | * hat zu * gewechselt",
            System.SECURITY_CODE: "deine Sicherheitsnummer für * hat sich geändert*"
            " | die Sicherheitsnummer von * hat sich geändert*",
            System.ADMIN: "du bist jetzt * Admin* | * ist jetzt * Admin* | du bist jetzt Admin*"
            " | du bist kein* Admin mehr*",
            System.PINNED: "* hat eine Nachricht angeheftet | * hat eine Nachricht angepinnt"
            " | du hast eine Nachricht angeheftet",
            System.DISAPPEARING: "* selbstlöschende Nachrichten* | * Nachrichtentimer*",
            System.CONTACT: "du hast diesen Kontakt blockiert* | du hast diesen Kontakt freigegeben*"
            " | dieser Chat ist mit einem Unternehmenskonto* | dieses Unternehmenskonto *",
            System.CALL: "Verpasster Sprachanruf* | Verpasster Videoanruf* | Verpasster Gruppen* | Sprachanruf. *"
            " | Sprachanruf, * | Videoanruf. * | Videoanruf, * | * hat einen Anruf gestartet"
            " | * hat einen Videoanruf gestartet",
        },
    ),
    "it": Wording(
        omitted={
            Media.PHOTO: "immagine omessa",
            Media.VIDEO: "video omesso | GIF esclusa | nota video omessa | videomessaggio omesso",
            Media.VOICE: "audio omesso | il messaggio vocale visualizzabile una volta è stato omesso",
            Media.STICKER: "sticker non incluso | sticker omesso",
            Media.DOCUMENT: "documento omesso",
            Media.CONTACT: "scheda contatto omessa",
            Media.OTHER: "media omessi | media omesso | multimedia omesso",
        },
        attached="allegato | file allegato",
        edited="questo messaggio è stato modificato",
        poll="sondaggio",
        option="opzione",
        place="posizione",
        live_place="posizione attuale condivisa | posizione in tempo reale condivisa",
        system={
            System.DELETED: "questo messaggio è stato eliminato | hai eliminato questo messaggio",
            System.WAITING: "in attesa del messaggio* | in attesa di questo messaggio*",
            System.ENCRYPTION: "i messaggi e le chiamate sono crittografati end-to-end*"
            " | i messaggi inviati a questo gruppo sono ora protetti con la crittografia end-to-end*"
            " | * protett* con la crittografia end-to-end*",
            System.CREATED: "* ha creato il gruppo* | hai creato il gruppo* | * ha creato questo gruppo"
            " | hai creato questo gruppo",
            System.SUBJECT: "* ha cambiato l'oggetto * | hai cambiato l'oggetto * | * ha cambiato il nome del gruppo *"
            " | hai cambiato il nome del gruppo *",
            System.ICON: "* ha cambiato l'immagine * | hai cambiato l'immagine * | * ha cambiato l'icona *"
            " | * ha eliminato l'immagine *",
            System.DESCRIPTION: "* ha cambiato la descrizione del gruppo* | hai cambiato la descrizione del gruppo*",
            System.SETTINGS: "* ha cambiato le impostazioni * | hai cambiato le impostazioni * | hai revocato il link*",
            System.JOINED: "* è entrato usando * | * è entrata usando * | sei entrato usando * | * è entrato tramite *"
            " | * si è unito * | * è entrato dalla community* | * ha chiesto di entrare*",
            System.ADDED: "* ha aggiunto * | hai aggiunto * | * ti ha aggiunto | * è stato aggiunto"
            " | * è stata aggiunta | sei stato aggiunto",
            System.REMOVED: "* ha rimosso * | hai rimosso * | * ti ha rimosso | * è stato rimosso",
            System.LEFT: "* ha abbandonato | * ha abbandonato il gruppo | * è uscito | * è uscita"
            " | * è uscito dal gruppo | hai abbandonato*",
            System.NUMBER: "* ha cambiato numero* | * ha cambiato il suo numero* | * è stato cambiato con *",
            System.SECURITY_CODE: "il tuo codice di sicurezza con * è cambiato* | il codice sicurezza di * è cambiato*",
            System.ADMIN: "ora sei un amministratore* | ora sei amministratore* | non sei più un amministratore*"
            " | * ora è un amministratore*",
            System.PINNED: "* ha fissato un messaggio | hai fissato un messaggio",
            System.DISAPPEARING: "* messaggi effimeri* | * timer dei messaggi*",
            System.CONTACT: "hai bloccato questo contatto* | hai sbloccato questo contatto*"
            " | questa chat è con un account business* | questo account business *",
            System.CALL: "chiamata vocale persa* | videochiamata persa* | chiamata vocale. * | chiamata vocale, *"
            " | videochiamata. * | videochiamata, * | * ha avviato una chiamata* | * ha avviato una videochiamata*",
        },
    ),
    "pt": Wording(
        omitted={
            Media.PHOTO: "imagem ocultada | imagem oculta | imagem omitida | imagem não revelada",
            Media.VIDEO: "vídeo omitido | vídeo ocultado | vídeo não revelado | GIF omitido | GIF não revelada",
            Media.VOICE: "áudio ocultado | áudio omitido | ficheiro de áudio não revelado",
            Media.STICKER: "figurinha omitida | sticker omitido | sticker não revelado",
            Media.DOCUMENT: "documento omitido | documento não revelado",
            Media.CONTACT: "cartão do contato omitido | contacto não revelado",
            Media.OTHER: "mídia oculta | mídia omitida | arquivo de mídia oculto | ficheiro não revelado"
            " | multimédia omitido | ficheiro de multimédia oculto",
        },
        attached="anexado | anexo | arquivo anexado | ficheiro anexado",
        edited="mensagem editada | esta mensagem foi editada",
        poll="enquete | sondagem",
        option="opção",
        place="localização",
        live_place="localização atual compartilhada | localização em tempo real compartilhada"
        " | está a partilhar a sua localização",
        system={
            System.DELETED: "mensagem apagada | esta mensagem foi apagada | esta mensagem foi apagada pelo remetente"
            " | você apagou esta mensagem | apagou esta mensagem | eliminou esta mensagem"
            " | esta mensagem foi eliminada",
            System.WAITING: "aguardando mensagem* | aguardando esta mensagem* | a aguardar esta mensagem*",
            System.ENCRYPTION: "as mensagens e as chamadas * de ponta a ponta*"
            " | as mensagens e chamadas * ponta a ponta* | as mensagens e as ligações * de ponta a ponta*"
            " | mensagens e ligações * de ponta a ponta* | as mensagens e ligações * de ponta a ponta*"
            " | mensagens e chamadas * de ponta a ponta* | as mensagens e * encriptadas ponto a ponto*"
            " | as mensagens e as chamadas são encriptadas*",
            System.CREATED: "* criou o grupo* | * criou este grupo | você criou o grupo* | você criou este grupo",
            System.SUBJECT: "* mudou o assunto * | * mudou o nome do grupo * | * alterou o assunto *"
            " | * alterou o nome do grupo *",
            System.ICON: "* mudou a imagem * | * mudou o ícone * | * mudou a foto do grupo | * alterou a imagem *"
            " | * alterou o ícone * | * apagou a imagem *",
            System.DESCRIPTION: "* mudou a descrição do grupo* | * alterou a descrição do grupo*"
            " | * apagou a descrição do grupo*",
            System.SETTINGS: "* mudou as configurações * | * alterou as configurações * | * alterou as definições *"
            " | * redefiniu o link de convite*",
            System.JOINED: "* entrou usando * | * entrou neste grupo * | * entrou através * | * entrou no grupo *"
            " | você entrou* | * entrou a partir da comunidade* | * pediu para participar*",
            System.ADDED: "* adicionou * | * foi adicionado* | * foi adicionada* | você foi adicionad*",
            System.REMOVED: "* removeu * | * foi removido* | * foi removida* | você foi removid*",
            System.LEFT: "* saiu | * saiu do grupo",
            System.NUMBER: "* mudou o número de telefone* | * mudou seu número* | * mudou de número*"
            " | * alterou o número * | * mudou para +*",
            System.SECURITY_CODE: "* código de segurança * mudou* | seu código de segurança com * mudou*",
            System.ADMIN: "* agora é admin* | agora você é admin* | você agora é admin* | * não é mais admin*"
            " | agora é administrador*",
            System.PINNED: "* fixou uma mensagem | * afixou uma mensagem",
            System.DISAPPEARING: "* mensagens temporárias*",
            System.CONTACT: "você bloqueou este contato* | você desbloqueou este contato* | bloqueou este contacto*"
            " | desbloqueou este contacto* | esta conversa é com uma conta comercial*",
            System.CALL: "chamada de voz perdida* | chamada de vídeo perdida* | ligação de voz perdida*"
            " | ligação de vídeo perdida* | videochamada perdida* | chamada de voz. * | chamada de voz, *"
            " | chamada de vídeo. * | chamada de vídeo, * | * iniciou uma ligação* | * iniciou uma chamada*",
        },
    ),
}
"""The wordings by ISO 639-1 code: Android's and the iPhone's together, of all countries of the language."""
