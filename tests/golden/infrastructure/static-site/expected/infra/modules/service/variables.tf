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

variable "single_page" {
  description = "True: every path gets index.html, the application routes."
  type        = bool
  default     = false
}

variable "content_security_policy" {
  description = "What a page may load."
  type        = string
  default     = "default-src 'self'; frame-ancestors 'none'"
}

variable "web_acl_arn" {
  description = "Firewall before it (WAF), in us-east-1; null: none."
  type        = string
  default     = null
}
