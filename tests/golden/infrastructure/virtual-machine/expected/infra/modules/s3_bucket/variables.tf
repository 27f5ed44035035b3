variable "bucket" {
  description = "Nom du bucket, unique au monde."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "3 à 63 minuscules, chiffres et tirets."
  }
}

variable "account_id" {
  description = "Compte, 12 chiffres."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "Un compte a 12 chiffres."
  }
}

variable "kms_key_arn" {
  description = "Clé qui chiffre ; null : celle du service."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "Ce doit être l’ARN d’une clé."
  }
}

variable "readers" {
  description = "Services qui peuvent lire, chacun pour une de leurs ressources."
  type        = list(object({ service = string, source_arn = string }))
  default     = []
}

variable "log_writers" {
  description = "Services qui peuvent écrire des journaux, pour ce compte."
  type        = list(string)
  default     = []
}

variable "log_bucket" {
  description = "Bucket qui reçoit les journaux d’accès ; null : aucun."
  type        = string
  default     = null
}

variable "noncurrent_days" {
  description = "Jours de conservation des versions écrasées et supprimées."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 3650
    error_message = "noncurrent_days doit être de 1 à 3650."
  }
}

variable "expire_days" {
  description = "Jours après lesquels les objets partent ; null : jamais."
  type        = number
  default     = null
}
