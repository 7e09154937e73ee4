# Le menu des commandes pour les clients.
tg-command-ask = Poser une question
tg-command-check = Est-ce vrai ? Faire vérifier une rumeur
tg-command-human = Joindre l'équipe
