region        = "eu-west-3"
account_id    = "222222222222"
plan_subjects = ["project_path:acme/orders:ref_type:branch:ref:main:deployment_tier:staging"]
