# Ce que lit l'équipe. Heures et fourchettes (« 0–1 ») arrivent en texte, effectifs en nombres, parts en pour cent entiers.

severity-information = Information
severity-warning = À surveiller
severity-critical = Critique

kind-bad_buzz = Bad buzz
kind-rumour = Rumeur
kind-safety = Sécurité
kind-scam = Arnaque
kind-surge = Sujet très actif
kind-shift = Humeur en baisse
kind-praise = Compliments

state-open = ouverte
state-acknowledged = prise en charge
state-snoozed = en pause
state-resolved = réglée
state-dismissed = fausse alerte
state-merged = fusionnée avec une autre alerte

moment = { $day }, { $clock }

alert-title-surge = { $topic } : on en parle bien plus que d'habitude
alert-title-shift = { $chat } : l'humeur change
alert-title-other = { $topic } { $chat }
alert-title-erased = Une histoire dont les mots ont été effacés

# La fiche
card-title = { $mark } { $severity } · { $kind } · { $title }
card-headline = { $people ->
    [one] { $people } personne
   *[other] { $people } personnes
} dans { $chats ->
    [one] { $chats } groupe
   *[other] { $chats } groupes
} depuis { $since }
card-headline-usual = { $headline }, d'habitude { $usual } par jour
card-negative = { $share } % de messages négatifs
card-reactions = { $people ->
    [one] { $people } personne réagit : { $reactions }
   *[other] { $people } personnes réagissent : { $reactions }
}
card-stance-spread = { $count ->
    [one] { $count } la relaie
   *[other] { $count } la relaient
}
card-stance-question = { $count ->
    [one] { $count } demande si c'est vrai
   *[other] { $count } demandent si c'est vrai
}
card-stance-denial = { $count ->
    [one] { $count } la dément
   *[other] { $count } la démentent
}
card-where = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} dans { $chats }
card-more-chats = { $named } et { $more } autres
chat-untitled = Groupe { $id }
card-sure = { $level ->
    [high] Très sûr
    [medium] Assez sûr
   *[low] Peu sûr
} ({ $share } %)
card-withheld = Les citations s'affichent dès que { $people } personnes racontent l'histoire.
card-fact = Ce que vous avez vérifié
card-fact-contradicted = L'histoire contredit ce que vous avez vérifié
card-evidence = Preuve
card-reply = Réponse proposée ({ $lang })
card-merged = S'y est jointe : { $title }

# Les nombres derrière une alerte
reason-people = { $value ->
    [one] { $value } personne
   *[other] { $value } personnes
}
reason-messages = { $value ->
    [one] { $value } message
   *[other] { $value } messages
}
reason-forwards = { $value ->
    [0] jamais transférée
    [one] transférée une fois
   *[other] transférée { $value } fois
}
reason-doubts = { $value ->
    [one] { $value } personne en doute ou la dément
   *[other] { $value } personnes en doutent ou la démentent
}
reason-warnings = { $value ->
    [one] { $value } personne met en garde
   *[other] { $value } personnes mettent en garde
}
reason-lookalike_links = { $value ->
    [one] { $value } lien qui imite les vôtres
   *[other] { $value } liens qui imitent les vôtres
}
reason-reports = { $value ->
    [one] { $value } personne le signale
   *[other] { $value } personnes le signalent
}
reason-chats = { $value ->
    [one] { $value } groupe
   *[other] { $value } groupes
}
reason-negative_share = { $value } % de négatif
reason-positive_share = { $value } % de positif
reason-mood = Humeur à { $value } %
reason-other = { $name } : { $value }
reason-window = { $what } en { $hours } h
reason-window-minutes = { $what } en { $minutes } min
reason-usual = { $what }, d'habitude { $usual }

# La vie d'une alerte, une ligne par événement
moment-raise = levée
moment-notify = envoyée à l'équipe
moment-grow = s'aggrave : { $detail }
moment-repeat = l'histoire grandit encore
moment-acknowledge = prise en charge{ $detail }
moment-snooze-1h = en pause pour 1 heure
moment-snooze-4h = en pause pour 4 heures
moment-snooze-grows = en pause tant qu'elle ne grandit pas
moment-wake = de retour après la pause
moment-resolve = réglée{ $detail }
moment-expire = close d'elle-même : on n'en parle plus
moment-dismiss = classée comme fausse alerte{ $detail }
moment-reopen = rouverte{ $detail }
moment-resurge = de retour : on en reparle
moment-merge = l'histoire continue dans une autre alerte : { $detail }
moment-absorb = s'y est jointe : { $detail }
moment-escalate = personne ne l'a prise en charge : transmise à { $detail }
moment-reply = la marque a répondu dans { $detail }
moment-by = { " " }par { $who }

# Boutons
action-acknowledge = Je m'en charge
action-snooze-1h = Pause 1 h
action-snooze-4h = Pause 4 h
action-snooze-grows = Tant que ça ne grandit pas
action-resolve = Réglée
action-dismiss = Fausse alerte
action-reopen = Rouvrir
action-reply = Répondre
action-quotes = Citations

# Avis à qui l'avait prise en charge ou mise en pause
notice-closed = { $mark } { $title }
notice-closed-you = Vous recevez cet avis parce que vous l'aviez prise en charge ou mise en pause.

# Réponses proposées à l'équipe, dans la langue du groupe
reply-fact = Nous avons vérifié : { $statement } La preuve est ici : { $url }
reply-holding-bad_buzz = Nous avons lu vos messages à ce sujet et nous regardons cela de près. Nous revenons vers vous ici.
reply-holding-rumour = Nous avons vu circuler ce message. Nous le vérifions et vous dirons ici ce qui est vrai.
reply-holding-safety = Merci de nous l'avoir signalé. Nous prenons cela très au sérieux, nous vérifions tout de suite et publierons ici ce que nous savons.
reply-holding-scam = Soyez prudents : tant que nous ne le confirmons pas ici, ce message ne vient pas de nous. Ne cliquez pas, ne payez pas, et ne donnez ni code ni numéro de carte.

# Le graphique
sentiment-negative = négatifs
sentiment-neutral = neutres
sentiment-positive = positifs
chart-unit = { $hours ->
    [one] Messages par heure
   *[other] Messages par tranche de { $hours } heures
}
chart-usual = d'habitude { $usual } pers.

# Le bilan
digest-title-daily = { $brand } · la journée jusqu'au { $day }
digest-title-weekly = { $brand } · la semaine jusqu'au { $day }
digest-heard = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} de { $people ->
    [one] { $people } personne
   *[other] { $people } personnes
} dans { $chats ->
    [one] { $chats } groupe
   *[other] { $chats } groupes
}
digest-before = Avant : { $heard }
digest-no-stories = Aucune histoire n'est ressortie.
digest-stories = Histoires
digest-story = { $people ->
    [one] { $people } personne
   *[other] { $people } personnes
} dans { $chats ->
    [one] { $chats } groupe
   *[other] { $chats } groupes
}, { $negative } % de négatif
digest-moods = Humeur par sujet
digest-mood = { $topic } : { $messages } messages, { $negative } % de négatif
digest-mood-before = { $text } (avant : { $before } %)
digest-questions = Questions restées sans réponse
digest-question = { $topic } : { $questions }
digest-alerts = Alertes des 90 derniers jours
digest-precision = { $right } justes, { $false ->
    [one] { $false } fausse
   *[other] { $false } fausses
} ({ $share } % de justes), { $unjudged } non jugées
