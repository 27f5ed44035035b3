region        = "eu-west-3"
account_id    = "222222222222"
plan_subjects = ["repo:acme/orders:environment:staging", "repo:acme/orders:pull_request"]
