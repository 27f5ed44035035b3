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
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
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

variable "monthly_budget" {
  description = "USD a month from which the budget alarm rings."
  type        = number

  validation {
    condition     = var.monthly_budget >= 1 && var.monthly_budget <= 1000000
    error_message = "monthly_budget must be from 1 to 1000000."
  }
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "log_days must be one of 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653."
  }
}

variable "alert_emails" {
  description = "Mail addresses that get the alarms."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : strcontains(each, "@")])
    error_message = "Each must be a mail address."
  }
}

variable "oidc_host" {
  description = "Issuer of the pipeline's tokens."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "deploy_role_name" {
  description = "Name of the role that the pipeline takes."
  type        = string
}

variable "deploy_subjects" {
  description = "Subjects of the pipeline's tokens that may deploy here."
  type        = list(string)

  validation {
    condition     = length(var.deploy_subjects) > 0
    error_message = "Somebody must be able to deploy."
  }
}

variable "key_region" {
  description = "Region whose logs the key encrypts: the one everything lies in."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "Write a network, for example 10.16.0.0/16."
  }
}

variable "zones" {
  description = "Availability zone to the addresses of its subnets."
  type = map(object({
    public  = string
    private = string
    data    = string
  }))

  validation {
    condition     = length(var.zones) >= 2
    error_message = "Two zones at least: load balancers and databases ask for them."
  }
}

variable "nat_gateways" {
  description = "NAT gateways: one a zone, one for all, or 0: then what runs has public addresses of its own."
  type        = number

  validation {
    condition     = var.nat_gateways >= 0 && var.nat_gateways <= 4
    error_message = "nat_gateways must be from 0 to 4."
  }
}

variable "endpoints" {
  description = "Services of AWS that are reached without leaving the network."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.endpoints : can(regex("^[a-z0-9.-]+$", each))])
    error_message = "Each must be the name of a service, for example ecr.api."
  }
}

variable "cluster" {
  description = "Name of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.cluster))
    error_message = "Use letters, digits, hyphens and underscores."
  }
}

variable "execute_command" {
  description = "True: people with the right may open a shell in a task."
  type        = bool
  default     = false
}

variable "services" {
  description = "Service to its size, its port and what it reads."
  type = map(object({
    family         = string
    cpu            = number
    memory         = number
    least          = number
    most           = number
    spot           = optional(bool, false)
    port           = optional(number)
    health_path    = optional(string, "/")
    health_command = optional(list(string))
    paths          = optional(list(string), ["/*"])
    priority       = optional(number, 100)
    repository_arn = optional(string)
    environment    = optional(map(string), {})
    database       = optional(map(string), {})
    secrets        = optional(list(string), [])
  }))
}

variable "images" {
  description = "Service to the image it begins with."
  type        = map(string)

  validation {
    condition     = alltrue([for each in values(var.images) : can(regex("^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+[:@]", each))])
    error_message = "Each must be an address with a tag or a digest, for example ghcr.io/acme/orders:sha-1."
  }
}

variable "registry_secret_arn" {
  description = "Secret with username and password of a private registry that is not ECR; null: none is needed."
  type        = string
  default     = null
}

variable "settings" {
  description = "Service to settings that differ here; no secret."
  type        = map(map(string))
  default     = {}
}

variable "secret_names" {
  description = "Variables whose values are secret."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.secret_names : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", each))])
    error_message = "Each must be the name of a variable."
  }
}

variable "database" {
  description = "The database and who reaches it."
  type = object({
    engine         = string
    version        = string
    instance_class = string
    storage_gb     = number
    multi_az       = bool
    backup_days    = number
    clients        = list(string)
  })
}

variable "database_secrets" {
  description = "Variable to the text it holds, with {user}, {password}, {host} and {port} in it."
  type        = map(string)
  default     = {}
}

variable "web_acl_arn" {
  description = "Firewall before it (WAF), in its region; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null || can(regex("^arn:aws:wafv2:[a-z0-9-]+:[0-9]{12}:regional/", var.web_acl_arn))
    error_message = "This must be the ARN of a regional firewall (WAF)."
  }
}
