variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "services" {
  description = "Services that may use the key for this account's things."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.services : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com$", each))])
    error_message = "Each must be a service, for example cloudwatch.amazonaws.com."
  }
}

variable "region" {
  description = "Region; null: the provider's."
  type        = string
  default     = null
}
