variable "dns_zone" {
  description = "What that zone is called in Cloud DNS."
  type        = string
}

variable "dns_project" {
  description = "Project of the zone; null: this one."
  type        = string
  default     = null
}

variable "egress_ports" {
  description = "TCP ports of the internet that may be reached."
  type        = list(string)
  default     = ["443"]
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

variable "password_version" {
  description = "Raise it by one for another password."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && var.password_version <= 10000
    error_message = "password_version must be from 1 to 10000."
  }
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
