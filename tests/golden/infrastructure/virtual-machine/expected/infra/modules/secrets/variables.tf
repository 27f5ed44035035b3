variable "prefix" {
  description = "Début de leurs noms : ENVIRONNEMENT/SERVICE."
  type        = string
}

variable "names" {
  description = "Variables dont les valeurs sont secrètes."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.names : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", each))])
    error_message = "Chacun doit être un nom de variable."
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

variable "rotation_lambda_arn" {
  description = "Fonction qui les change ; null : des personnes le font."
  type        = string
  default     = null

  validation {
    condition     = var.rotation_lambda_arn == null || can(regex("^arn:aws:lambda:", var.rotation_lambda_arn))
    error_message = "Ce doit être l’ARN d’une fonction."
  }
}

variable "rotation_days" {
  description = "Jours après lesquels elle le fait."
  type        = number
  default     = 30

  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 1000
    error_message = "rotation_days doit être de 1 à 1000."
  }
}
