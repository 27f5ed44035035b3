region = "eu-west-1"
plan_subjects = [
  "repo:acme/shop:environment:dev",
  "repo:acme/shop:environment:prod",
  "repo:acme/shop:pull_request",
]
