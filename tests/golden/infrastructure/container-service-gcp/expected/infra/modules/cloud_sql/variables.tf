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

variable "network_id" {
  description = "Network it is reached in, once Google's services can be."
  type        = string
}

variable "database_version" {
  description = "Version of PostgreSQL."
  type        = string
  default     = "POSTGRES_18"

  validation {
    condition     = contains(["POSTGRES_16", "POSTGRES_17", "POSTGRES_18"], var.database_version)
    error_message = "database_version must be one of POSTGRES_16, POSTGRES_17, POSTGRES_18."
  }
}

variable "tier" {
  description = "Size: db-custom-CPUS-MEGABYTES, or a shared one (db-f1-micro, db-g1-small) that has no SLA."
  type        = string

  validation {
    condition     = can(regex("^db-(f1-micro|g1-small|custom-[0-9]+-[0-9]+)$", var.tier))
    error_message = "Write db-custom-2-7680, for example."
  }
}

variable "disk_gb" {
  description = "First size of the disk in GB; it grows by itself."
  type        = number
  default     = 10

  validation {
    condition     = var.disk_gb >= 10 && var.disk_gb <= 65536
    error_message = "disk_gb must be from 10 to 65536."
  }
}

variable "disk_limit_gb" {
  description = "Size the disk grows to; 0: without limit."
  type        = number
  default     = 500

  validation {
    condition     = var.disk_limit_gb >= 0 && var.disk_limit_gb <= 65536
    error_message = "disk_limit_gb must be from 0 to 65536."
  }
}

variable "high_availability" {
  description = "True: a standby in another zone takes over."
  type        = bool
}

variable "backup_days" {
  description = "Daily backups that are kept."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 365
    error_message = "backup_days must be from 7 to 365."
  }
}

variable "max_connections" {
  description = "Connections at the same time."
  type        = number
  default     = 100

  validation {
    condition     = var.max_connections >= 20 && var.max_connections <= 5000
    error_message = "max_connections must be from 20 to 5000."
  }
}

variable "deletion_protection" {
  description = "True: Google Cloud itself refuses to delete it."
  type        = bool
  default     = true
}

variable "kms_key" {
  description = "Key that encrypts; null: Google's own."
  type        = string
  default     = null
}

variable "connections" {
  description = "Secret to what is written into it; {host} and {password} are filled in."
  type        = map(string)

  validation {
    condition     = alltrue([for each in values(var.connections) : strcontains(each, "{password}")])
    error_message = "What holds no password is no secret: set it as a plain variable."
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

variable "labels" {
  description = "Labels, where the provider's own do not reach."
  type        = map(string)
  default     = {}
}
