provider "aws" {
  region = "eu-west-3"

  # The wrong credentials change nothing: the account must be this one.
  allowed_account_ids = ["111111111111"]

  default_tags {
    tags = {
      service     = "docs"
      environment = "dev"
      owner       = "web"
      cost_centre = "CC-1042"
      managed_by  = "terraform"
    }
  }
}
