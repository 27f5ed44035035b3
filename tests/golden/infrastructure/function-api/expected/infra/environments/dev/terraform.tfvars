# dev: values that people change. No secret belongs here.

# Mail addresses that get the alarms.
alert_emails = []

# Subjects of the pipeline's tokens that may deploy here.
deploy_subjects = ["project_path:acme/orders:ref_type:branch:ref:main:deployment_tier:development"]

# Settings of the function; secrets go into secret_arns.
environment_variables = {}

# Secrets the function may read.
secret_arns = []
