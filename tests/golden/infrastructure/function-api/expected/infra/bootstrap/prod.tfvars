region        = "eu-west-3"
account_id    = "333333333333"
plan_subjects = ["project_path:acme/orders:ref_type:branch:ref:main:deployment_tier:production"]
