region        = "eu-west-3"
account_id    = "333333333333"
plan_subjects = ["repo:acme/docs:environment:prod", "repo:acme/docs:pull_request"]
