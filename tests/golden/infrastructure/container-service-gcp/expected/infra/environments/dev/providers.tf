provider "google" {
  # The wrong credentials change nothing: everything is made in this project.
  project = "acme-orders-dev"
  region  = "europe-west9"

  # Some services count the requests of whoever calls them: this project pays for its own.
  user_project_override = true
  billing_project       = "acme-orders-dev"

  default_labels = {
    service     = "orders"
    environment = "dev"
    owner       = "payments"
    cost_centre = "cc-2001"
    managed_by  = "terraform"
  }
}
