# dev: values that people change. No secret belongs here.

# Adresses qui reçoivent les alarmes.
alert_emails = []

# Sujets des jetons du pipeline qui peuvent déployer ici.
deploy_subjects = ["repo:acme/shop:environment:dev"]

# Secret avec username et password d’un registre privé qui n’est pas ECR ; null : il n’en faut pas.
registry_secret_arn = null
