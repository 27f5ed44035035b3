variable "zone_name" {
  description = "Domain of the zone, for example example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "This must be a domain, without https://."
  }
}

variable "zone" {
  description = "What the zone is called in Cloud DNS, for example example-com."
  type        = string
}

variable "zone_project" {
  description = "Project of the zone; null: this one."
  type        = string
  default     = null
}

variable "create_zone" {
  description = "Make the zone instead of finding it."
  type        = bool
  default     = false
}

variable "records" {
  description = "What is written into it."
  type = map(object({
    name   = string
    type   = string
    values = list(string)
  }))
  default = {}
}
