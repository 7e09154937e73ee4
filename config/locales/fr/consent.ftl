# L'avis que chacun lit avant d'être entendu. Variables : brand, controller, text_days, numbers_days,
# join, leave, data, erase (ce que la personne écrit ou touche).

notice-opt-in =
    👂 { $brand } a invité Earshot dans ce groupe.

    Qui : { $controller }, avec le robot Earshot.
    Pourquoi : comprendre tôt ce qui plaît, inquiète ou circule au sujet de { $brand }, et y répondre. Rien d'autre : ni publicité, ni profil, ni revente, ni entraînement de modèle.
    Qui est entendu : seulement les membres qui l'acceptent. Les messages des autres sont écartés sans être lus ni gardés.
    Ce qui est gardé : vos messages à partir de maintenant, sans nom ni numéro, coordonnées effacées, chiffrés, pendant { $text_days } jours. Ensuite il ne reste que des totaux, pendant { $numbers_days } jours.

    Participer : { $join }
    Arrêter, et tout effacer : { $leave }
    Voir ce qui est gardé de vous : { $data }
    Effacer ce qui est gardé de vous : { $erase }

    C'est libre : refuser ou arrêter ne change rien à votre place dans le groupe.

notice-opt-out =
    👂 { $brand } a invité Earshot dans ce groupe.

    Qui : { $controller }, avec le robot Earshot.
    Pourquoi : comprendre tôt ce qui plaît, inquiète ou circule au sujet de { $brand }, et y répondre. Rien d'autre : ni publicité, ni profil, ni revente, ni entraînement de modèle.
    Qui est entendu : les membres du groupe, sauf ceux qui s'y opposent. Vous pouvez vous y opposer à tout moment, sans donner de raison.
    Ce qui est gardé : vos messages à partir de maintenant, sans nom ni numéro, coordonnées effacées, chiffrés, pendant { $text_days } jours. Ensuite il ne reste que des totaux, pendant { $numbers_days } jours.

    S'opposer, et tout effacer : { $leave }
    Voir ce qui est gardé de vous : { $data }
    Effacer ce qui est gardé de vous : { $erase }

    S'opposer ne change rien à votre place dans le groupe.

# Ajouté à l'avis quand le fichier de marque donne un contact.
notice-contact = Questions sur vos données : { $contact }
