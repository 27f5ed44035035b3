region        = "eu-west-3"
account_id    = "111111111111"
plan_subjects = ["repo:acme/docs:environment:dev", "repo:acme/docs:pull_request"]
