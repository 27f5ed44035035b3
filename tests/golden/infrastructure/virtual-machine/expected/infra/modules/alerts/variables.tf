variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
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
  description = "Clé qui chiffre."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "Ce doit être l’ARN d’une clé."
  }
}

variable "emails" {
  description = "Adresses qui reçoivent les alarmes ; chacune confirme une fois."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", each))])
    error_message = "Chacune doit être une adresse de courriel."
  }
}

variable "region" {
  description = "Région ; null : celle du provider."
  type        = string
  default     = null
}
