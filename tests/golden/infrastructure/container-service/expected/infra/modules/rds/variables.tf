variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "engine" {
  description = "What kind of database it is."
  type        = string

  validation {
    condition     = contains(["postgres", "mysql", "mariadb"], var.engine)
    error_message = "engine must be one of postgres, mysql, mariadb."
  }
}

variable "engine_version" {
  description = "Major version; minor ones come by themselves in the maintenance window."
  type        = string

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)?$", var.engine_version))
    error_message = "Write the major version, for example 18."
  }
}

variable "instance_class" {
  description = "Size."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "Write db.FAMILY.SIZE."
  }
}

variable "storage_gb" {
  description = "Disk in GB; it grows by itself, up to four times."
  type        = number

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 16384
    error_message = "storage_gb must be from 20 to 16384."
  }
}

variable "multi_az" {
  description = "True: a standby in another zone takes over."
  type        = bool
}

variable "backup_days" {
  description = "Days whose any second can be gone back to."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days must be from 1 to 35."
  }
}

variable "rotation_days" {
  description = "Days after which the master password changes."
  type        = number
  default     = 30

  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 1000
    error_message = "rotation_days must be from 1 to 1000."
  }
}

variable "database" {
  description = "Name of the database in it."
  type        = string
  default     = "app"
}

variable "deletion_protection" {
  description = "False only to take it down."
  type        = bool
  default     = true
}

variable "apply_immediately" {
  description = "True: changes do not wait for the maintenance window."
  type        = bool
  default     = false
}

variable "vpc_id" {
  description = "Network it lies in."
  type        = string
}

variable "subnet_ids" {
  description = "Data subnets, one a zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Two subnets at least, in two zones."
  }
}

variable "clients" {
  description = "Name to the security group of what may reach it."
  type        = map(string)
  default     = {}
}

variable "kms_key_arn" {
  description = "Key that encrypts."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "This must be the ARN of a key."
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
