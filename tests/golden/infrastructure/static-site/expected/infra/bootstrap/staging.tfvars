region        = "eu-west-3"
account_id    = "222222222222"
plan_subjects = ["repo:acme/docs:environment:staging", "repo:acme/docs:pull_request"]
