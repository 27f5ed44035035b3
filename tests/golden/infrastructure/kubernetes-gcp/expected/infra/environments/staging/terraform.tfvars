# staging: values that people change. No secret belongs here.

# Nom de cette zone dans Cloud DNS.
dns_zone = "staging-example-com"

# Projet de la zone ; null : celui-ci.
dns_project = null

# Ports TCP d’Internet qui peuvent être joints.
egress_ports = ["443"]

# Compte de facturation qui paie ; null : aucun budget n’est créé.
billing_account = null

# Adresses qui reçoivent les alarmes.
alert_emails = []

# Augmentez-la d’un pour un autre mot de passe.
password_version = 1

# Réseaux qui joignent le plan de contrôle par son adresse ; aucun : par son nom seul.
authorized_networks = []

# Vrai : son nom se joint aussi de l’extérieur ; IAM décide par qui.
dns_endpoint = true
