variable "domain_name" {
  description = "Host name people use."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "This must be a host name, without https://."
  }
}

variable "zone_id" {
  description = "Zone the proof is written into."
  type        = string
}

variable "region" {
  description = "Region; null: the provider's."
  type        = string
  default     = null
}
