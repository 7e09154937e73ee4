# Ce que le robot Telegram dit dans les groupes, en privé et dans le salon de l'équipe. Textes simples, sans balises.

# L'invitation
tg-invited =
    👋 Bonjour ! { $brand } m'a invité, moi, Earshot, à écouter ici. Pour l'instant, je n'entends rien.

    C'est à un administrateur de ce groupe de décider : les boutons ci-dessous m'activent ou me renvoient. Sans décision d'ici { $hours } heures, je m'en vais.

    Voici ce que chaque membre verra :

    { $notice }
tg-button-activate = Activer (français)
tg-button-decline = Non, pars
tg-only-admins = Seul un administrateur de ce groupe peut en décider.
tg-activated = Activé pour { $brand }. Les membres voient maintenant l'avis.
tg-goodbye = Personne ne m'a activé, je m'en vais donc. Je n'ai rien entendu ni gardé. Au revoir !
tg-hint-deaf = Je n'entends pas encore ce groupe. Nommez-moi administrateur (Infos du groupe → Administrateurs → Ajouter → @{ $bot } ; aucun droit particulier n'est nécessaire), ou désactivez mon mode privé chez @BotFather (/setprivacy → Disable) puis ajoutez-moi de nouveau.

# Les membres
tg-button-join = Je participe
tg-button-no = Non
tg-button-more = En savoir plus
tg-joined = Merci ! Vos messages sont entendus à partir de maintenant. /leave arrête et efface tout.
tg-join-in-group = Écrivez /join dans le groupe lui-même : on accepte pour chaque groupe séparément.
tg-not-active = Je ne suis pas activé dans ce groupe.
tg-notice-changed = L'avis a changé depuis. Lisez le plus récent, ou écrivez /join.
tg-refused = C'est entendu. Rien de vous n'est entendu ni gardé.
tg-erased = C'est fait : vous ne participez plus, et tout ce qui était gardé de vous est effacé. Seul le fait que vous vous êtes retiré est gardé, sous un pseudonyme.
tg-nothing-kept = Rien de vous n'est gardé, et rien n'est entendu.
tg-mydata = Tout ce qui est gardé de vous.
tg-mydata-private = Cela ne regarde que vous : je vous l'envoie en privé.
tg-button-private = Recevoir mes données
tg-policy = Politique de confidentialité : { $url }
tg-help =
    Je suis Earshot, et j'écoute pour { $brand } les membres d'un groupe qui l'ont accepté. En privé, écrivez-moi simplement une question.

    /ask – poser une question
    /check – est-ce vrai ? Faire vérifier une rumeur
    /human – joindre l'équipe
    /join – participer (dans le groupe)
    /leave – arrêter, et tout effacer
    /mydata – voir ce qui est gardé de moi
    /forget – effacer ce qui est gardé de moi
    /privacy – qui écoute, pourquoi, combien de temps

# Le salon de l'équipe
tg-link-in-group = Utilisez le code dans le groupe de votre équipe, pas ici.
tg-link-heard-group = J'écoute ce groupe ; ses membres verraient les alertes. Utilisez le code dans un groupe de votre équipe.
tg-link-wrong = Ce code n'est pas (ou plus) valable ici. Un nouveau s'obtient avec : earshot team link
tg-linked = Ce salon est maintenant le canal d'équipe « { $channel } », et vous en êtes { $role ->
    [owner] propriétaire. Répondez /agent au message d'un collègue pour qu'il puisse traiter les alertes
   *[agent] agent
}. /help montre ce que je sais faire.
tg-no-role = Vous n'avez pas encore de rôle dans cette équipe. Demandez à un propriétaire de répondre /agent à l'un de vos messages.
tg-only-owners = Seul un propriétaire peut faire cela.
tg-team-help =
    /status – comment je vais
    /stories – ce qui se raconte
    /groups – où j'écoute
    /digest – l'état et les histoires, maintenant
    /mute 4h – des alertes sans son (/mute 0 y met fin)
    /agent, /remove – en réponse au message de quelqu'un : lui donner un rôle, le lui retirer
tg-roles-how = Répondez avec cette commande à un message de la personne.
tg-role-given = Cette personne peut maintenant traiter les alertes.
tg-role-taken = Cette personne ne peut plus traiter les alertes.
tg-role-kept = Aucun rôle à retirer ; un propriétaire le reste.
tg-muted = { $hours ->
    [0] Les alertes sonnent de nouveau.
    [one] Pendant une heure, les alertes arrivent sans son.
   *[other] Pendant { $hours } heures, les alertes arrivent sans son.
}
tg-done = C'est fait.
tg-done-already = C'était déjà fait.
tg-not-possible = Ce n'est pas (ou plus) possible.
tg-button-old = Ce bouton n'est plus valable.

tg-status =
    { $brand }
    Groupes entendus : { $groups } · membres qui ont accepté : { $people }
    Messages en 24 h : { $messages } · alertes en cours : { $alerts }
    À comprendre : { $waiting } · à envoyer : { $unsent } · non distribuables : { $dead } · mis de côté : { $aside }
tg-story = • { $title } – { $people ->
    [one] { $people } personne
   *[other] { $people } personnes
}, { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
}
tg-stories-rest = { $count ->
    [one] et une autre, racontée par peu de gens
   *[other] et { $count } autres, racontées par peu de gens
}
tg-stories-none = Aucune histoire ces sept derniers jours.
tg-group-waiting = ◌ { $title } – attend qu'un administrateur l'active
tg-group-active = ● { $title } – entendu ; { $dropped } messages écartés sans être lus
tg-group-left = ○ { $title } – quitté
tg-group-muted = { $group } ⚠ Je ne peux pas y écrire : merci de me le permettre.
tg-group-deaf = { $group } ⚠ Je ne l'entends pas : merci de m'y nommer administrateur.
tg-groups-none = Aucun groupe pour l'instant : ajoutez le robot à l'un d'eux.

# Une réponse aux groupes
tg-reply-writing = Réponse à propos de l'alerte { $alert } – brouillon
tg-reply-asked = Réponse à propos de l'alerte { $alert } – publier ainsi ?
tg-reply-published = Réponse à propos de l'alerte { $alert } – publiée
tg-reply-cancelled = Réponse à propos de l'alerte { $alert } – abandonnée
tg-reply-none = (pas encore de texte)
tg-reply-to = À : { $groups }
tg-reply-how = Répondez à ce message pour écrire un autre texte. Touchez les groupes pour les choisir.
tg-reply-empty = Il faut d'abord un texte et un groupe.
tg-reply-long = C'est trop long : { $limit } caractères au plus.
tg-button-ask = Aperçu et publication
tg-button-publish = { $count ->
    [one] Oui, publier dans 1 groupe
   *[other] Oui, publier dans { $count } groupes
}
tg-button-back = Retour
tg-button-cancel = Abandonner

# Le menu des commandes
tg-command-join = Participer
tg-command-leave = Arrêter, et tout effacer
tg-command-mydata = Voir ce qui est gardé de moi
tg-command-forget = Effacer ce qui est gardé de moi
tg-command-privacy = Qui écoute, pourquoi, combien de temps
tg-command-help = Ce que je sais faire
