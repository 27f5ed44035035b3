variable "prefix" {
  description = "Begins their names: ENVIRONMENT/SERVICE."
  type        = string
}

variable "names" {
  description = "Variables whose values are secret."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.names : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", each))])
    error_message = "Each must be the name of a variable."
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

variable "rotation_lambda_arn" {
  description = "Function that changes them; null: people do."
  type        = string
  default     = null

  validation {
    condition     = var.rotation_lambda_arn == null || can(regex("^arn:aws:lambda:", var.rotation_lambda_arn))
    error_message = "This must be the ARN of a function."
  }
}

variable "rotation_days" {
  description = "Days after which it does."
  type        = number
  default     = 30

  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 1000
    error_message = "rotation_days must be from 1 to 1000."
  }
}
