variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
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

variable "service_name" {
  description = "Service of Cloud Run that answers."
  type        = string
}

variable "certificate_map_id" {
  description = "Certificates, as a map of Certificate Manager."
  type        = string
}

variable "security_policy" {
  description = "Firewall before it (Cloud Armor policy); null: none."
  type        = string
  default     = null
}

variable "log_sampling" {
  description = "Part of the requests that is logged."
  type        = number
  default     = 1

  validation {
    condition     = var.log_sampling >= 0 && var.log_sampling <= 1
    error_message = "log_sampling must be from 0 to 1."
  }
}
