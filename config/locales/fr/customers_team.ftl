# Ce que l'équipe lit à propos des clients.

team-handover = Conversation { $number } · { $state }
team-state-waiting = attend une réponse
team-state-open = répondue
team-state-closed = close
team-who = { $person } écrit en { $lang }
team-mood-negative = contrarié
team-mood-neutral = calme
team-mood-positive = de bonne humeur
team-taken-by = Prise par { $person }
team-earlier = Avant
team-how = Répondez à ce message : ce que vous écrivez va au client.
team-line = Conversation { $number } · { $person }
team-remind = La conversation { $number } attend depuis { $minutes } minutes de bureau.
team-escalate = La conversation { $number } attend depuis { $minutes } minutes de bureau, et personne n'a répondu.
team-erased = Le client a fait effacer ceci.
team-expired = Ceci a atteint son terme et a été effacé.
team-button-take = Je m'en charge
team-button-close = Clore
team-button-reopen = Rouvrir
team-button-save = Enregistrer comme réponse
team-button-save-yes = Oui, enregistrer
team-button-save-no = Non
team-button-publish = { $people ->
    [one] Oui, prévenir la personne qui a demandé
   *[other] Oui, prévenir les { $people } personnes qui ont demandé
}
team-button-drop = Laisser
team-done = C'est fait.
team-done-already = C'était déjà fait.
team-gone = Cela n'existe plus.
team-empty = Écrivez d'abord une réponse.
team-taken = Vous vous en chargez.
team-entry-asked = Enregistrer ceci comme réponse ?
team-entry-saved = Enregistré : c'est répondu désormais
team-entry-dropped = Pas enregistré
team-entry-nothing = Il n'y a pas encore de réponse à enregistrer.
team-rumour-open = { $people ->
    [one] Un client demande si ceci est vrai
   *[other] { $people } personnes demandent si ceci est vrai
}
team-rumour-answered = { $people ->
    [one] Répondu ; la personne qui a demandé est prévenue
   *[other] Répondu ; des { $people } personnes qui ont demandé, celles qui l'ont accepté sont prévenues
}
team-rumour-dropped = Laissé : personne n'est prévenu
team-rumour-answer = Votre réponse
team-rumour-how = Répondez à ce message par ce qui est vrai, et où chacun peut le vérifier. Rien ne part avant votre confirmation.
team-rumour-confirm = Répondez de nouveau pour changer, ou confirmez ci-dessous.

# Le résumé
digest-missing = Ce qui manque dans vos réponses
digest-missing-entry = { $people ->
    [one] demandé par une personne
   *[other] demandé { $questions } fois, par { $people } personnes
} : { $text }
digest-missing-few = (trop peu de personnes l'ont demandé pour montrer les mots)
digest-customers = Clients : { $asked ->
    [one] { $asked } question
   *[other] { $asked } questions
}, dont { $answered } avec réponse immédiate, { $handed } transmises à l'équipe
