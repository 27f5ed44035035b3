region        = "eu-west-3"
account_id    = "111111111111"
plan_subjects = ["repo:acme/orders:environment:dev", "repo:acme/orders:pull_request"]
