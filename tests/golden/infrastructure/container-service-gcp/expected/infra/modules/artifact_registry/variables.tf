variable "region" {
  description = "Region, for example europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "This must be a region, not a zone."
  }
}

variable "repository" {
  description = "Name of the repository."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.repository))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "kept_versions" {
  description = "Images of each name that are always kept."
  type        = number
  default     = 100

  validation {
    condition     = var.kept_versions >= 10 && var.kept_versions <= 1000
    error_message = "kept_versions must be from 10 to 1000."
  }
}

variable "writers" {
  description = "Who pushes, as members."
  type        = list(string)
  default     = []
}
