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

# Networks that reach the control plane by its address; none: by its name alone.
authorized_networks = []

# True: its name is reached from outside too; IAM decides who.
dns_endpoint = true
