variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "service" {
  description = "Valeur de l’étiquette service dont le coût compte."
  type        = string
}

variable "monthly_usd" {
  description = "Limite mensuelle en USD."
  type        = number

  validation {
    condition     = var.monthly_usd >= 1 && var.monthly_usd <= 1000000
    error_message = "monthly_usd doit être de 1 à 1000000."
  }
}

variable "topic_arn" {
  description = "Sujet où vont les alarmes."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:sns:", var.topic_arn))
    error_message = "Ce doit être l’ARN d’un sujet."
  }
}
