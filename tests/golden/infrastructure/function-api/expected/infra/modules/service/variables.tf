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

variable "runtime" {
  description = "Runtime."
  type        = string

  validation {
    condition     = contains(["python3.13", "python3.14", "nodejs22.x", "nodejs24.x"], var.runtime)
    error_message = "runtime must be one of python3.13, python3.14, nodejs22.x, nodejs24.x."
  }
}

variable "handler" {
  description = "What is called: file.function."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+$", var.handler))
    error_message = "Write file.function."
  }
}

variable "memory_mb" {
  description = "Memory in MB; the processor grows with it."
  type        = number

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb must be from 128 to 10240."
  }
}

variable "first_code" {
  description = "Archive (zip, in base64) it runs until the first release."
  type        = string
}

variable "environment_variables" {
  description = "Settings of the function; secrets go into secret_arns."
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = "Secrets the function may read."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.secret_arns : startswith(each, "arn:aws:secretsmanager:")])
    error_message = "Each must be the ARN of a secret."
  }
}

variable "requests_per_second" {
  description = "Requests a second that are let through; twice as many for a moment."
  type        = number
  default     = 100

  validation {
    condition     = var.requests_per_second >= 1 && var.requests_per_second <= 10000
    error_message = "requests_per_second must be from 1 to 10000."
  }
}
