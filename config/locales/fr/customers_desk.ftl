# Ce que l'accueil dit aux clients. Textes simples, sans balises.

desk-hello = Je réponds aux questions sur { $brand }. Écrivez votre question, envoyez-moi une rumeur avec /check, ou écrivez « un humain svp » pour joindre l'équipe.
desk-group-private = Continuons en privé : je pourrai y transmettre votre question à l'équipe.
desk-group-personal = Cela semble personnel, donc pas ici dans le groupe : écrivez-le-moi en privé.
desk-button-private = Écrire en privé
desk-slow = Cela fait beaucoup d'un coup. Je répondrai de nouveau dans quelques minutes.
desk-abuse = Je veux bien vous aider. Écrivez votre question sans insultes, ou « un humain svp » pour joindre l'équipe.
desk-button-helped = 👍 Utile
desk-button-not-helped = 👎 Pas utile
desk-button-none = Aucune de celles-ci
desk-button-end = Terminer la conversation
desk-button-skip = Passer
desk-thanks = Merci !
desk-not-yours = Seule la personne qui a posé la question peut choisir.
desk-too-old = Ce n'est plus ouvert. Reposez votre question.
desk-check-near = Est-ce bien cela que vous avez entendu ?
desk-check-empty = Écrivez ce que vous avez entendu après /check, ou transférez-le-moi.
desk-check-unheard = Je ne peux pas lire ce message : son auteur ne l'a pas accepté. Écrivez ce que vous avez entendu après /check, ou transférez-le-moi en privé.
desk-check-unknown = { $brand } n'a rien publié à ce sujet, je ne peux donc pas dire si c'est vrai.
desk-check-team = { $brand } n'a encore rien publié à ce sujet, je ne peux donc pas dire si c'est vrai. L'équipe va vérifier.
desk-check-noted = { $brand } n'a encore rien publié à ce sujet, je ne peux donc pas dire si c'est vrai. L'équipe va vérifier, et je vous préviendrai dès qu'elle aura une réponse.
desk-check-private = { $brand } n'a encore rien publié à ce sujet, je ne peux donc pas dire si c'est vrai. Écrivez-le-moi en privé si vous voulez que l'équipe vérifie.

# Garder quelque chose demande un oui
desk-may-hand-over =
    Je n'ai pas de réponse à cela dans ce que je sais. Dois-je transmettre votre question à l'équipe de { $brand } ?

    Pour cela elle est gardée { $days } jours, sous pseudonyme, sans votre nom ni votre numéro. /forget l'efface à tout moment.
    1. Oui, transmettre
    0. Non
desk-may-person =
    Dois-je transmettre ceci à quelqu'un de l'équipe de { $brand } ?

    Pour cela c'est gardé { $days } jours, sous pseudonyme, sans votre nom ni votre numéro. /forget l'efface à tout moment.
    1. Oui, transmettre
    0. Non
desk-may-check =
    { $brand } n'a encore rien publié à ce sujet, je ne peux donc pas dire si c'est vrai. L'équipe doit-elle vérifier, et dois-je vous prévenir ensuite ?

    Pour cela c'est gardé { $days } jours, sous pseudonyme, sans votre nom ni votre numéro. /forget l'efface à tout moment.
    1. Oui, prévenez-moi
    0. Non
desk-button-pass = Oui, transmettre
desk-button-tell = Oui, prévenez-moi
desk-button-no-thanks = Non
desk-no-team = Je n'ai pas de réponse à cela dans ce que je sais, et je ne peux pas joindre l'équipe de { $brand } d'ici.
desk-not-kept = D'accord. Rien n'en est gardé.
desk-noted = C'est noté. Je vous préviendrai dès que l'équipe aura une réponse.

# Avec l'équipe
desk-handed-over = Votre question est transmise à l'équipe. { $expected } Ce que vous écrivez ici lui parvient désormais aussi.
desk-passed-on = Transmis à l'équipe.
desk-hidden = Pour votre sécurité, l'équipe ne voit pas les numéros et adresses que vous écrivez ici.
desk-expect-open = Vous pouvez compter sur une réponse sous { $within }.
desk-expect-closed = Nos bureaux sont fermés ; ils rouvrent { $day } à { $time }, et répondent sous { $within } à partir de là.
desk-expect-unknown = Nos bureaux sont fermés en ce moment.
desk-closed = La conversation est close. Écrivez de nouveau quand vous voulez.
desk-closed-idle = J'ai clos notre conversation, puisque plus rien n'est venu. Écrivez de nouveau quand vous voulez.
desk-verdict =
    Ce que { $brand } en dit : { $text }
    Publié le { $day }.
desk-told-later = Vous m'aviez demandé si quelque chose à propos de { $brand } est vrai. { $verdict }

# Enquêtes
desk-survey-satisfaction = Êtes-vous satisfait de cette conversation ? 1 : pas du tout, 5 : tout à fait. Répondez par un chiffre.
desk-survey-recommendation = Recommanderiez-vous { $brand } à vos amis ? 0 : pas du tout, 10 : certainement. Répondez par un chiffre.
desk-survey-comment = Merci ! Si vous voulez, dites en une phrase pourquoi. (0 pour passer)

media-photo = [photo]
media-video = [vidéo]
media-voice = [message vocal]
media-sticker = [autocollant]
media-document = [document]
media-contact = [contact]
media-location = [lieu]
media-poll = [sondage]
media-other = [fichier]
