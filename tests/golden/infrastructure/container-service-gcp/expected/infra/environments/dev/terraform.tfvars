# dev: values that people change. No secret belongs here.

# What that zone is called in Cloud DNS.
dns_zone = "dev-example-com"

# Project of the zone; null: this one.
dns_project = null

# TCP ports of the internet that may be reached.
egress_ports = ["443"]

# Billing account that pays; null: no budget is made.
billing_account = null

# Mail addresses that get the alarms.
alert_emails = []

# Raise it by one for another password.
password_version = 1

# More settings, by component; secrets go into secrets.
environment_variables = {}

# More secrets, by component: variable to secret, once it has a value.
secrets = {}

# Who gets which part of the traffic, by component; empty: the pipeline decides.
traffic = {}

# Firewall before it (Cloud Armor policy); null: none.
security_policy = null
