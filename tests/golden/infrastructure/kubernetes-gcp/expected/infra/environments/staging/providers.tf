provider "google" {
  # De mauvais identifiants ne changent rien : tout est créé dans ce projet.
  project = "acme-catalogue-staging"
  region  = "europe-west9"

  # Certains services comptent les requêtes de qui les appelle : ce projet paie les siennes.
  user_project_override = true
  billing_project       = "acme-catalogue-staging"

  default_labels = {
    service     = "catalogue"
    environment = "staging"
    owner       = "platform"
    cost_centre = "cc-3100"
    managed_by  = "terraform"
  }
}
