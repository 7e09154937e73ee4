# Le rapport d'une écoute (bot/report). Heures, dates et listes arrivent en texte, effectifs en nombres.

report-title = { $brand } : ce que disent les groupes
report-kicker = Rapport d'écoute
report-language = Langue du rapport
report-skip = Aller au contenu
report-lead = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} de { $people ->
    [one] { $people } personne
   *[other] { $people } personnes
} dans { $chats ->
    [one] { $chats } groupe
   *[other] { $chats } groupes
}. { $alerts ->
    [0] Rien n'a demandé l'attention de l'équipe.
    [one] L'équipe a été alertée une fois.
   *[other] L'équipe a été alertée { $alerts } fois.
}
report-nothing = Aucun message n'a été entendu.
report-nothing-hint = Soit les exports sont vides, soit personne n'y a donné son accord : voyez plus bas ce qui a été écarté.

report-assumed = Consentement supposé
report-assumed-why = Personne ne l'a donné à Earshot : l'accord des membres a été supposé pour relire un export. N'utilisez ce rapport que si vous avez le droit de lire ces messages, et ne le faites pas circuler.

# Chiffres clés
report-key-numbers = Chiffres clés
report-key-messages = { $n ->
    [one] message
   *[other] messages
}
report-key-people = { $n ->
    [one] personne
   *[other] personnes
}
report-key-negative = de messages négatifs
report-key-questions = { $n ->
    [one] question
   *[other] questions
}
report-key-complaints = { $n ->
    [one] plainte
   *[other] plaintes
}
report-key-alerts = { $n ->
    [one] alerte
   *[other] alertes
}
report-key-stories = { $n ->
    [one] histoire
   *[other] histoires
}

report-mood-negative = négatif
report-mood-neutral = neutre
report-mood-positive = positif
report-mix = { $negative ->
    [one] { $negative } négatif
   *[other] { $negative } négatifs
}, { $neutral ->
    [one] { $neutral } neutre
   *[other] { $neutral } neutres
}, { $positive ->
    [one] { $positive } positif
   *[other] { $positive } positifs
}
report-messages = { $n ->
    [one] { $n } message
   *[other] { $n } messages
}
report-people = { $n ->
    [one] { $n } personne
   *[other] { $n } personnes
}
report-chats = { $n ->
    [one] { $n } groupe
   *[other] { $n } groupes
}
report-forwards = { $n ->
    [one] { $n } transfert
   *[other] { $n } transferts
}

# Le temps
report-timeline = Au fil du temps
report-timeline-hint = Messages par { $bucket }, selon l'humeur de qui écrit. Survolez une barre pour ses nombres ; un drapeau est une alerte.
report-width-hour = heure
report-width-hours = tranche de { $n } heures
report-width-day = jour
report-width-days = tranche de { $n } jours
report-bar = { $when } : { $messages ->
    [0] aucun message
    [one] { $messages } message
   *[other] { $messages } messages
}{ $messages ->
    [0] { "" }
   *[other] , { $people ->
        [one] { $people } personne
       *[other] { $people } personnes
    } ({ $mix })
}
report-as-table = Les nombres en tableau
report-when = Quand

# Alertes
report-alerts = Alertes
report-alerts-hint = Ce que l'équipe a su, et quand : ce qui se disait au moment de l'alerte, ce que le détecteur a mesuré depuis, et la suite.
report-alerts-none = Aucune alerte : rien ne sortait de l'ordinaire.
report-alert = Alerte { $n }
report-then = Quand elle a été levée
report-measured = Dernière mesure
report-known = Les messages connus alors
report-known-quotes = Ce qui se disait alors
report-opened = Levée le { $when }
report-sure = sûre à { $share }
report-to-story = L'histoire entière
report-life = La suite
report-act-grow = s'est aggravée
report-act-acknowledge = prise en charge
report-act-snooze = mise en pause
report-act-wake = de retour après la pause
report-act-resolve = réglée
report-act-expire = close d'elle-même
report-act-dismiss = classée comme fausse alerte
report-act-reopen = rouverte
report-act-resurge = de retour : on en reparlait
report-act-merge = son histoire continue dans une autre alerte
report-act-absorb = une autre alerte s'y est jointe
report-act-escalate = transmise, faute de réponse
report-act-reply = la marque a répondu
report-in-topic = Sujet : { $topic }
report-in-chat = Groupe : { $chat }

# Histoires
report-stories = Histoires
report-stories-hint = Les messages qui racontent la même chose, les plus importantes d'abord : celles qui ont levé une alerte, puis selon le nombre de personnes.
report-stories-none = Aucune histoire ne s'est dégagée.
report-untold = { $n ->
    [one] Une petite conversation n'est pas montrée.
   *[other] { $n } petites conversations ne sont pas montrées.
}
report-erased = Une histoire dont les mots ont été effacés
report-state-emerging = naissante
report-state-growing = grandit
report-state-fading = retombe
report-state-resurging = de retour
report-stance = { $spread } la relaient, { $question } s'interrogent, { $denial } la démentent
report-withheld = Moins de { $n } personnes la racontent : aucune citation, pour que personne ne soit reconnu.
report-quotes-gone = Les textes ont atteint leur durée de conservation ; les nombres restent.
report-forwarded = transféré
report-spark = Messages de cette histoire sur toute la période ; le trait est l'alerte.
report-fact = Ce que la marque a vérifié
report-fact-contradicted = L'histoire contredit un fait vérifié
report-evidence = Preuve

# Sujets
report-topics = Humeur par sujet
report-topics-hint = La barre penche du côté de l'humeur qui domine ; son milieu est le neutre.
report-topic = Sujet
report-untopical = Sans sujet
report-messages-head = Messages
report-people-head = Personnes

# Groupes
report-groups = Groupes
report-group = Groupe
report-consent = Consentement
report-mode-opt_in = accord de chacun
report-mode-notice = information, avec droit de s'opposer
report-mode-assumed = supposé
report-heard = Entendus
report-dropped-head = Écartés
report-platform = Plateforme
report-platform-telegram = Telegram
report-platform-whatsapp = WhatsApp
report-platform-other = autre

# Confidentialité
report-privacy = Écarté, effacé, illisible
report-privacy-hint = Ce que ce rapport ne contient pas, et pourquoi.
report-dropped = Écartés sans être lus
report-dropped-what = { $n ->
    [one] { $n } message d'une personne qui n'a pas donné son accord.
   *[other] { $n } messages de personnes qui n'ont pas donné leur accord.
}
report-dropped-none = Aucun message n'a été écarté faute d'accord.
report-redacted = Effacés des textes gardés
report-redacted-none = Aucune donnée personnelle reconnue dans les textes gardés.
report-redacted-phone = { $n ->
    [one] numéro de téléphone
   *[other] numéros de téléphone
}
report-redacted-email = { $n ->
    [one] adresse e-mail
   *[other] adresses e-mail
}
report-redacted-iban = { $n ->
    [one] IBAN
   *[other] IBAN
}
report-redacted-card = { $n ->
    [one] carte de paiement
   *[other] cartes de paiement
}
report-redacted-id = { $n ->
    [one] numéro officiel ou de client
   *[other] numéros officiels ou de clients
}
report-redacted-handle = { $n ->
    [one] pseudo
   *[other] pseudos
}
report-redacted-address = { $n ->
    [one] adresse postale
   *[other] adresses postales
}
report-redacted-code = { $n ->
    [one] code d'accès
   *[other] codes d'accès
}
report-redacted-secret = { $n ->
    [one] mot de passe
   *[other] mots de passe
}
report-redacted-number = { $n ->
    [one] long numéro
   *[other] longs numéros
}
report-broken = Lignes illisibles
report-broken-none = Toutes les lignes des exports ont pu être lues.
report-broken-what = { $n ->
    [one] { $n } ligne mise de côté, aucune n'a arrêté la lecture.
   *[other] { $n } lignes mises de côté, aucune n'a arrêté la lecture.
}
report-broken-line = { $where }, ligne { $line } :
report-broken-more = { $n ->
    [one] et une autre
   *[other] et { $n } autres
}
report-broken-unknown = Ce rapport a été fait sans relire les exports.
report-skipped = { $n ->
    [one] { $n } entrée n'est pas un message
   *[other] { $n } entrées ne sont pas des messages
} : annonces du groupe, messages supprimés.

# D'où viennent les nombres
report-trace = D'où viennent ces nombres
report-trace-counts = Compte { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} de { $people ->
    [one] { $people } personne distincte
   *[other] { $people } personnes distinctes
}, du { $first } au { $last }, dans { $chats }.
report-trace-model = Modèle : { $models }
report-trace-rows = Messages n° { $rows }
report-trace-more = { $n ->
    [one] et un autre
   *[other] et { $n } autres
}
report-about = Comment lire ce rapport
report-about-numbers = Chaque nombre compte des messages gardés dans la base d'Earshot. Dépliez « { $trace } » pour savoir lesquels : leurs numéros de ligne, combien de personnes distinctes, dans quels groupes, lus par quel modèle.
report-about-people = Les personnes sont des pseudonymes à clé : elles sont comptées, jamais nommées. Une histoire n'est citée que si au moins { $n } personnes la racontent, et chaque citation vient d'une personne différente.
report-about-time = Les heures sont celles de { $zone }.
report-about-models = Messages lus par modèle
report-about-langs = Messages par langue
report-made = Fait le { $when } par Earshot { $version }.
