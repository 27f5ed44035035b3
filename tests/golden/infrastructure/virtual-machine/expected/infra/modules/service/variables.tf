variable "service" {
  description = "Nom du service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.service))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "environment" {
  description = "Nom de l’environnement."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.environment))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "domain_name" {
  description = "Nom d’hôte qu’utilisent les gens."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "Ce doit être un nom d’hôte, sans https://."
  }
}

variable "zone_name" {
  description = "Domaine de la zone DNS qui porte le nom d’hôte."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "Ce doit être un domaine, sans https://."
  }
}

variable "monthly_budget" {
  description = "USD par mois à partir desquels sonne l’alarme de budget."
  type        = number

  validation {
    condition     = var.monthly_budget >= 1 && var.monthly_budget <= 1000000
    error_message = "monthly_budget doit être de 1 à 1000000."
  }
}

variable "log_days" {
  description = "Jours de conservation des journaux."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "log_days doit être l’un de 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653."
  }
}

variable "alert_emails" {
  description = "Adresses qui reçoivent les alarmes."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : strcontains(each, "@")])
    error_message = "Chacune doit être une adresse de courriel."
  }
}

variable "oidc_host" {
  description = "Émetteur des jetons du pipeline."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "deploy_role_name" {
  description = "Nom du rôle que prend le pipeline."
  type        = string
}

variable "deploy_subjects" {
  description = "Sujets des jetons du pipeline qui peuvent déployer ici."
  type        = list(string)

  validation {
    condition     = length(var.deploy_subjects) > 0
    error_message = "Quelqu’un doit pouvoir déployer."
  }
}

variable "key_region" {
  description = "Région dont la clé chiffre les journaux : celle où tout se trouve."
  type        = string
}

variable "cidr" {
  description = "Adresses du réseau."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "Écrivez un réseau, par exemple 10.16.0.0/16."
  }
}

variable "zones" {
  description = "Zone de disponibilité vers les adresses de ses sous-réseaux."
  type = map(object({
    public  = string
    private = string
    data    = string
  }))

  validation {
    condition     = length(var.zones) >= 2
    error_message = "Deux zones au moins : les répartiteurs et les bases les exigent."
  }
}

variable "nat_gateways" {
  description = "Passerelles NAT : une par zone, une pour toutes, ou 0 : ce qui tourne a alors ses propres adresses publiques."
  type        = number

  validation {
    condition     = var.nat_gateways >= 0 && var.nat_gateways <= 4
    error_message = "nat_gateways doit être de 0 à 4."
  }
}

variable "endpoints" {
  description = "Services d’AWS atteints sans quitter le réseau."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.endpoints : can(regex("^[a-z0-9.-]+$", each))])
    error_message = "Chacun doit être le nom d’un service, par exemple ecr.api."
  }
}

variable "instance_type" {
  description = "Taille de la machine ; la changer refait la machine."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+\\.[a-z0-9]+$", var.instance_type))
    error_message = "Écrivez FAMILLE.TAILLE, par exemple t3.small."
  }
}

variable "data_gb" {
  description = "Volume des données en Go ; il ne peut que grandir, le système de fichiers à la main."
  type        = number

  validation {
    condition     = var.data_gb >= 8 && var.data_gb <= 16384
    error_message = "data_gb doit être de 8 à 16384."
  }
}

variable "backup_days" {
  description = "Instantanés conservés, un par nuit."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 365
    error_message = "backup_days doit être de 1 à 365."
  }
}

variable "routes" {
  description = "Chemin vers le port de cette machine qui y répond."
  type        = map(number)
  default     = {}
}

variable "health_path" {
  description = "Chemin qui répond 200 quand il est en bonne santé."
  type        = string
  default     = "/"
}

variable "secret_names" {
  description = "Variables dont les valeurs sont secrètes."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.secret_names : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", each))])
    error_message = "Chacun doit être un nom de variable."
  }
}

variable "registry" {
  description = "Hôte du registre, pour s’y connecter."
  type        = string
  default     = "ghcr.io"
}

variable "registry_secret_arn" {
  description = "Secret avec username et password d’un registre privé qui n’est pas ECR ; null : il n’en faut pas."
  type        = string
  default     = null
}

variable "repository_arns" {
  description = "Dépôts ECR d’où elle tire ses images."
  type        = list(string)
  default     = []
}
