variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "This must be the ARN of a key."
  }
}

variable "code_bucket" {
  description = "Bucket that holds its code."
  type        = string
}

variable "first_code" {
  description = "Archive (zip, in base64) it runs until the first release."
  type        = string
}

variable "runtime" {
  description = "Runtime."
  type        = string

  validation {
    condition     = contains(["python3.13", "python3.14", "nodejs22.x", "nodejs24.x"], var.runtime)
    error_message = "runtime must be one of python3.13, python3.14, nodejs22.x, nodejs24.x."
  }
}

variable "handler" {
  description = "What is called: file.function."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+$", var.handler))
    error_message = "Write file.function."
  }
}

variable "memory_mb" {
  description = "Memory in MB; the processor grows with it."
  type        = number

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb must be from 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Seconds after which it is stopped."
  type        = number
  default     = 28

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "timeout_seconds must be from 1 to 900."
  }
}

variable "environment_variables" {
  description = "Settings of the function; secrets go into secret_arns."
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = "Secrets the function may read."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.secret_arns : startswith(each, "arn:aws:secretsmanager:")])
    error_message = "Each must be the ARN of a secret."
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
