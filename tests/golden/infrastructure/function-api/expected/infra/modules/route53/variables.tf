variable "zone_name" {
  description = "Domain of the zone, for example example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "This must be a domain, without https://."
  }
}

variable "create_zone" {
  description = "Make the zone instead of finding it."
  type        = bool
  default     = false
}

variable "aliases" {
  description = "Host name to what answers for it."
  type = map(object({
    target       = string
    zone_id      = string
    check_health = optional(bool, false)
  }))
  default = {}
}

variable "addresses" {
  description = "Host name to the address of a machine."
  type        = map(string)
  default     = {}
}
