# dev: values that people change. No secret belongs here.

# Mail addresses that get the alarms.
alert_emails = []

# Subjects of the pipeline's tokens that may deploy here.
deploy_subjects = ["repo:acme/docs:environment:dev"]
