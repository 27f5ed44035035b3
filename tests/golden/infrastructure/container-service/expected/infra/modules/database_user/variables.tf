variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "prefix" {
  description = "Begins the name of the secret: ENVIRONMENT/SERVICE."
  type        = string
}

variable "account_id" {
  description = "Account, 12 digits."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "An account has 12 digits."
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

variable "host" {
  description = "Where the database is reached."
  type        = string
}

variable "port" {
  description = "Its port."
  type        = number

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "port must be from 1 to 65535."
  }
}

variable "database" {
  description = "Name of the database."
  type        = string
}

variable "master_secret_arn" {
  description = "Secret of the master user."
  type        = string
}

variable "vpc_id" {
  description = "Network it lies in."
  type        = string
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
