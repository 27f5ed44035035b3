region        = "eu-west-3"
account_id    = "333333333333"
plan_subjects = ["repo:acme/orders:environment:prod", "repo:acme/orders:pull_request"]
