variable "alert_emails" {
  description = "Adresses qui reçoivent les alarmes."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : strcontains(each, "@")])
    error_message = "Chacune doit être une adresse de courriel."
  }
}

variable "deploy_subjects" {
  description = "Sujets des jetons du pipeline qui peuvent déployer ici."
  type        = list(string)

  validation {
    condition     = length(var.deploy_subjects) > 0
    error_message = "Quelqu’un doit pouvoir déployer."
  }
}

variable "registry_secret_arn" {
  description = "Secret avec username et password d’un registre privé qui n’est pas ECR ; null : il n’en faut pas."
  type        = string
  default     = null
}
