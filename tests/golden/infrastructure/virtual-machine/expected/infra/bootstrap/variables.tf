variable "region" {
  description = "Région de l’état."
  type        = string
}

variable "account_id" {
  description = "Compte attendu, 12 chiffres ; null : celui des identifiants."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^\\d{12}$", var.account_id))
    error_message = "Un compte a 12 chiffres."
  }
}

variable "oidc_host" {
  description = "Émetteur des jetons du pipeline."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "oidc_audience" {
  description = "Audience des jetons."
  type        = string
  default     = "sts.amazonaws.com"
}

variable "create_oidc_provider" {
  description = "Faux quand le compte fait déjà confiance à l’émetteur."
  type        = bool
  default     = true
}

variable "plan_subjects" {
  description = "Sujets des jetons du pipeline qui peuvent planifier."
  type        = list(string)

  validation {
    condition     = length(var.plan_subjects) > 0
    error_message = "Quelqu’un doit pouvoir planifier."
  }
}
