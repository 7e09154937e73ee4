# Ce que montre le terminal pendant une relecture (bot/live).

live-assumed = CONSENTEMENT SUPPOSÉ
live-count-messages = { $n ->
    [one] { $n } message
   *[other] { $n } messages
}
live-count-people = { $n ->
    [one] { $n } personne
   *[other] { $n } personnes
}
live-count-dropped = { $n ->
    [one] { $n } écarté
   *[other] { $n } écartés
}
live-count-alerts = { $n ->
    [0] aucune alerte
    [one] { $n } alerte
   *[other] { $n } alertes
}
live-stories = Histoires
live-stories-none = rien ne se dégage encore
live-story = { $people } pers. · { $messages } msg
live-progress = { $share } % lus · { $counts }
live-alert = ALERTE { $when } { $title }
live-media-photo = [photo]
live-media-video = [vidéo]
live-media-voice = [vocal]
live-media-sticker = [sticker]
live-media-other = [pièce jointe]

live-received = Ce que l'équipe a reçu
live-received-none = L'équipe n'a rien reçu : rien ne sortait de l'ordinaire.
live-received-at = { $when } · { $channels }
live-received-edit = { $when } · mise à jour : { $title }

live-summary = Bilan
live-sum-read = Messages lus
live-sum-stored = Entendus et gardés
live-sum-known = Déjà connus d'une relecture
live-sum-dropped = Écartés sans être lus, faute d'accord
live-sum-redacted = Données personnelles effacées
live-sum-broken = Lignes illisibles, mises de côté
live-sum-skipped = Entrées qui ne sont pas des messages
live-sum-speed = Lecture : { $rate } messages par seconde, { $seconds } s
live-sum-assumed = Consentement SUPPOSÉ pour tout le monde : personne ne l'a donné à Earshot
live-sum-listed = Consentement selon la liste donnée
live-number = { $n }
live-broken-line = { $where }, ligne { $line } :
