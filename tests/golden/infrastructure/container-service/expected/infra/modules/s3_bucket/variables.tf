variable "bucket" {
  description = "Name of the bucket, unique in the world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "account_id" {
  description = "Account, 12 digits."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "An account has 12 digits."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts; null: the service's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "This must be the ARN of a key."
  }
}

variable "readers" {
  description = "Services that may read, each for one resource of theirs."
  type        = list(object({ service = string, source_arn = string }))
  default     = []
}

variable "log_writers" {
  description = "Services that may write logs, for this account."
  type        = list(string)
  default     = []
}

variable "log_bucket" {
  description = "Bucket that gets the access logs; null: none."
  type        = string
  default     = null
}

variable "noncurrent_days" {
  description = "Days that overwritten and deleted versions are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 3650
    error_message = "noncurrent_days must be from 1 to 3650."
  }
}

variable "expire_days" {
  description = "Days after which objects go away; null: never."
  type        = number
  default     = null
}
