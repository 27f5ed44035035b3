provider "aws" {
  region = "eu-west-3"

  # The wrong credentials change nothing: the account must be this one.
  allowed_account_ids = ["222222222222"]

  default_tags {
    tags = {
      service     = "orders"
      environment = "staging"
      owner       = "payments"
      cost_centre = "CC-2001"
      managed_by  = "terraform"
    }
  }
}
