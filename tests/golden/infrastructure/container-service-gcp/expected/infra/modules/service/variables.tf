variable "service" {
  description = "Name of the service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.service))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "environment" {
  description = "Name of the environment."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.environment))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Region, for example europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "This must be a region, not a zone."
  }
}

variable "domain_name" {
  description = "Host name people use."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "This must be a host name, without https://."
  }
}

variable "zone_name" {
  description = "Domain of the DNS zone that holds the host name."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "This must be a domain, without https://."
  }
}

variable "dns_zone" {
  description = "What that zone is called in Cloud DNS."
  type        = string
}

variable "dns_project" {
  description = "Project of the zone; null: this one."
  type        = string
  default     = null
}

variable "subnet_cidr" {
  description = "Addresses of what runs."
  type        = string

  validation {
    condition     = can(cidrhost(var.subnet_cidr, 0)) && tonumber(split("/", var.subnet_cidr)[1]) <= 26
    error_message = "subnet_cidr must be a range of addresses, /26 or larger."
  }
}

variable "private_services_cidr" {
  description = "Addresses of Google's services, databases among them."
  type        = string

  validation {
    condition     = can(cidrhost(var.private_services_cidr, 0)) && tonumber(split("/", var.private_services_cidr)[1]) <= 24
    error_message = "private_services_cidr must be a range of addresses, /24 or larger."
  }
}

variable "nat" {
  description = "True: what runs reaches the internet by NAT."
  type        = bool
}

variable "egress_ports" {
  description = "TCP ports of the internet that may be reached."
  type        = list(string)
  default     = ["443"]
}

variable "monthly_budget" {
  description = "Limit a month, in the currency of the billing account."
  type        = number

  validation {
    condition     = var.monthly_budget >= 1 && var.monthly_budget <= 1000000
    error_message = "monthly_budget must be from 1 to 1000000."
  }
}

variable "billing_account" {
  description = "Billing account that pays; null: no budget is made."
  type        = string
  default     = null
}

variable "alert_emails" {
  description = "Mail addresses that get the alarms."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", each))])
    error_message = "Each must be a mail address."
  }
}

variable "pool" {
  description = "Workload identity pool that knows the pipeline."
  type        = string
}

variable "deploy_account_id" {
  description = "Service account that the pipeline deploys as."
  type        = string
}

variable "deploy_attributes" {
  description = "Which jobs of the pipeline may deploy here, by what their tokens say."
  type        = list(string)

  validation {
    condition     = length(var.deploy_attributes) > 0
    error_message = "Somebody must be able to deploy."
  }
}

variable "deletion_protection" {
  description = "True: Google Cloud itself refuses to delete it."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels, where the provider's own do not reach."
  type        = map(string)
  default     = {}
}

variable "services" {
  description = "What runs, by component."
  type = map(object({
    name                  = string
    account_id            = string
    port                  = number
    health_path           = optional(string)
    cpu                   = optional(string, "1")
    memory                = optional(string, "512Mi")
    environment_variables = optional(map(string), {})
    database_secrets      = optional(map(string), {})
    migrate_command       = optional(string)
  }))
}

variable "front" {
  description = "The component that people reach; the others are reached inside the network."
  type        = string
}

variable "least" {
  description = "Instances that always run."
  type        = number

  validation {
    condition     = var.least >= 0 && var.least <= 1000
    error_message = "least must be from 0 to 1000."
  }
}

variable "most" {
  description = "Instances that may run."
  type        = number

  validation {
    condition     = var.most >= 1 && var.most <= 1000
    error_message = "most must be from 1 to 1000."
  }
}

variable "database_tier" {
  description = "Size of the database."
  type        = string
}

variable "high_availability" {
  description = "True: a standby of the database in another zone takes over."
  type        = bool
}

variable "connections" {
  description = "Secret to what is written into it; {host} and {password} are filled in."
  type        = map(string)
}

variable "password_version" {
  description = "Raise it by one for another password."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && var.password_version <= 10000
    error_message = "password_version must be from 1 to 10000."
  }
}

variable "backup_days" {
  description = "Days that backups are kept."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 365
    error_message = "backup_days must be from 7 to 365."
  }
}

variable "registry_project" {
  description = "Project that holds the images; null: this one."
  type        = string
  default     = null
}

variable "registry_location" {
  description = "Region of the registry."
  type        = string
}

variable "registry_repository" {
  description = "Repository in it."
  type        = string
}

variable "environment_variables" {
  description = "More settings, by component; secrets go into secrets."
  type        = map(map(string))
  default     = {}
}

variable "secrets" {
  description = "More secrets, by component: variable to secret, once it has a value."
  type        = map(map(string))
  default     = {}
}

variable "traffic" {
  description = "Who gets which part of the traffic, by component; empty: the pipeline decides."
  type = map(list(object({
    revision = optional(string)
    percent  = number
    tag      = optional(string)
  })))
  default = {}
}

variable "security_policy" {
  description = "Firewall before it (Cloud Armor policy); null: none."
  type        = string
  default     = null
}
