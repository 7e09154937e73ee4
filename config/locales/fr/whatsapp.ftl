# Ce qu'Earshot dit sur WhatsApp, en privé et dans les groupes, et à l'équipe à ce sujet. Textes sans mise en forme.

# Les mots par lesquels on décide, séparés par des virgules ; le premier est affiché. Majuscules, accents et signes ne
# comptent pas quand on les écrit.
wa-words-yes = OUI
wa-words-part = JE PARTICIPE, J'ACCEPTE
wa-words-no = NON, NON MERCI
wa-words-stop = STOP, ARRÊT, ARRÊTER
wa-words-delete = SUPPRIMER, EFFACER, SUPPRIMER MES DONNÉES
wa-words-data = DONNÉES, MES DONNÉES
wa-words-notice = CONFIDENTIALITÉ

# L'avis de la conversation privée.
wa-notice-private =
    👋 Vous écrivez à { $brand }, avec l'aide d'Earshot.

    Votre question reçoit une réponse dans tous les cas, et n'est pas gardée pour cela.

    Si vous participez aussi, { $brand } peut comprendre tôt ce qui plaît ou inquiète : ce que vous écrivez à partir de maintenant est analysé et gardé sans nom ni numéro, coordonnées effacées, chiffré, pendant { $text_days } jours ; ensuite il ne reste que des totaux, pendant { $numbers_days } jours. Ni publicité, ni profil, ni entraînement de modèle.

    Participer : { $join }
    Arrêter, et tout effacer : { $stop }
    Voir ce qui est gardé de vous : { $data }
    Effacer ce qui est gardé de vous : { $erase }

    Responsable : { $controller }
wa-notice-contact = Questions sur vos données : { $contact }
wa-notice-policy = Politique de confidentialité : { $url }
wa-button-join = Oui, je participe
wa-button-no = Non merci
wa-joined = Merci ! Ce que vous écrivez à partir de maintenant est entendu. { $stop } y met fin et efface tout.
wa-overtaken = Vous avez dit non depuis ; cela reste valable. Écrivez { $join } pour participer malgré tout.
wa-not-active = Personne n'écoute dans ce groupe.
wa-erased = C'est fait : vous ne participez plus, et tout ce qui était gardé de vous est effacé. Seul reste, sous un pseudonyme, le fait que vous vous êtes retiré.
wa-nothing-kept = Rien n'est gardé de vous, et rien n'est entendu.
wa-data = Tout ce qui est gardé de vous.
wa-data-private = Cela ne regarde que vous : écrivez ce même mot en privé, { $link }

# Une liste de choix.
wa-list-title = Choisir
wa-list-open = Choisir

# Un fichier de l'équipe que WhatsApp ne prend pas, dans le message au client.
wa-file-left = { $what } Ce fichier ne peut pas s'afficher sur WhatsApp ; demandez-le-nous autrement.

# À l'équipe.
wa-warn-file = Un fichier ({ $what }) que vous avez envoyé à un client sur WhatsApp ne lui est pas parvenu (conversation { $number }) ; il en est averti. WhatsApp prend les images (JPEG, PNG, 5 Mo au plus), les sons et vidéos (MP4, 16 Mo au plus), les PDF, textes et documents bureautiques (20 Mo au plus).
wa-warn-title = WhatsApp
wa-warn-window = Une réponse à un client attend : son dernier message date de plus de 24 heures, et le fichier de marque n'a pas de modèle approuvé pour { $purpose } en { $language }. Elle partira dès qu'il écrira de nouveau.
wa-warn-window-group = Ce que dit la marque attend devant un groupe : personne n'y a écrit depuis 24 heures, et le fichier de marque n'a pas de modèle approuvé pour { $purpose } en { $language }. Le message partira dès que quelqu'un y écrira.
wa-warn-undeliverable = Un message n'a pas pu être remis à son destinataire (erreur WhatsApp { $code }). « earshot status » le montre.
wa-warn-locked = WhatsApp ne laisse pas { $brand } envoyer en ce moment (erreur { $code }) : voyez le compte dans WhatsApp Manager. En attendant, rien ne part.
wa-warn-token = WhatsApp n'accepte plus le jeton d'accès (erreur { $code }) : mettez-en un nouveau dans WHATSAPP_TOKEN et redémarrez Earshot. En attendant, rien ne part.
wa-warn-template = Le modèle « { $template } » ne peut pas être utilisé (erreur { $code }) : vérifiez son nom, sa langue et son état dans WhatsApp Manager. Ce qui en a besoin attend.
wa-warn-template-state = WhatsApp a changé l'état du modèle « { $template } » ({ $language }) : { $what }. Raison : { $reason }
wa-warn-template-quality = Les clients notent mal le modèle « { $template } » ({ $language }) : qualité { $what }. Si elle baisse encore, WhatsApp le suspend.
wa-warn-template-category = WhatsApp a classé le modèle « { $template } » ({ $language }) dans la catégorie { $what } : son coût change.
wa-warn-number-quality = La qualité du numéro de { $brand } a changé : { $what }, limite { $limit }. Écrivez moins ce que personne n'a demandé.
wa-warn-number-name = Décision de WhatsApp sur le nom affiché : { $what }.
wa-warn-account-restricted = WhatsApp a restreint le compte de { $brand } : { $what }.
wa-warn-account-violation = WhatsApp signale une infraction à ses règles par { $brand } : { $what }.
wa-warn-account-disabled = WhatsApp a désactivé le compte de { $brand } : { $what }.
wa-warn-account-gone = Le compte WhatsApp de { $brand } n'existe plus : { $what }.
wa-warn-account-alert = WhatsApp avertit au sujet du compte de { $brand } : { $what }.
wa-warn-security = Un réglage de sécurité du numéro a changé : { $what }. Si ce n'était pas vous, voyez cela maintenant.
wa-warn-group-made = Le groupe { $number } est prêt et entendu. Son lien d'invitation : earshot whatsapp groups invite { $number }
wa-warn-group-waits = Le groupe { $number } est apparu et n'est pas entendu. Pour l'activer : earshot whatsapp groups activate { $number }
wa-warn-group-failed = WhatsApp n'a pas pu créer ou supprimer le groupe « { $group } ».
wa-warn-group-suspended = WhatsApp a suspendu un groupe de { $brand }.
wa-warn-join-request = Quelqu'un demande à rejoindre le groupe { $number }. Pour décider : earshot whatsapp groups requests { $number }
