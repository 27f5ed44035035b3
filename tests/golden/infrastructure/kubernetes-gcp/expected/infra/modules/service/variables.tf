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
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
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

variable "region" {
  description = "Région, par exemple europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Ce doit être une région, pas une zone."
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

variable "dns_zone" {
  description = "Nom de cette zone dans Cloud DNS."
  type        = string
}

variable "dns_project" {
  description = "Projet de la zone ; null : celui-ci."
  type        = string
  default     = null
}

variable "subnet_cidr" {
  description = "Adresses de ce qui tourne."
  type        = string

  validation {
    condition     = can(cidrhost(var.subnet_cidr, 0)) && tonumber(split("/", var.subnet_cidr)[1]) <= 26
    error_message = "subnet_cidr doit être une plage d’adresses, /26 ou plus large."
  }
}

variable "private_services_cidr" {
  description = "Adresses des services de Google, dont les bases de données."
  type        = string

  validation {
    condition     = can(cidrhost(var.private_services_cidr, 0)) && tonumber(split("/", var.private_services_cidr)[1]) <= 24
    error_message = "private_services_cidr doit être une plage d’adresses, /24 ou plus large."
  }
}

variable "nat" {
  description = "Vrai : ce qui tourne joint Internet par NAT."
  type        = bool
}

variable "egress_ports" {
  description = "Ports TCP d’Internet qui peuvent être joints."
  type        = list(string)
  default     = ["443"]
}

variable "monthly_budget" {
  description = "Limite par mois, dans la monnaie du compte de facturation."
  type        = number

  validation {
    condition     = var.monthly_budget >= 1 && var.monthly_budget <= 1000000
    error_message = "monthly_budget doit être de 1 à 1000000."
  }
}

variable "billing_account" {
  description = "Compte de facturation qui paie ; null : aucun budget n’est créé."
  type        = string
  default     = null
}

variable "alert_emails" {
  description = "Adresses qui reçoivent les alarmes."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", each))])
    error_message = "Chacune doit être une adresse de courriel."
  }
}

variable "pool" {
  description = "Pool d’identités de charge de travail qui connaît le pipeline."
  type        = string
}

variable "deploy_account_id" {
  description = "Compte de service sous lequel le pipeline déploie."
  type        = string
}

variable "deploy_attributes" {
  description = "Quelles tâches du pipeline peuvent déployer ici, selon ce que disent leurs jetons."
  type        = list(string)

  validation {
    condition     = length(var.deploy_attributes) > 0
    error_message = "Quelqu’un doit pouvoir déployer."
  }
}

variable "deletion_protection" {
  description = "Vrai : Google Cloud lui-même refuse de le supprimer."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Étiquettes, là où celles du fournisseur n’arrivent pas."
  type        = map(string)
  default     = {}
}

variable "namespace" {
  description = "Espace de noms où le pipeline déploie."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]*$", var.namespace))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "pods_cidr" {
  description = "Adresses des pods."
  type        = string

  validation {
    condition     = can(cidrhost(var.pods_cidr, 0)) && tonumber(split("/", var.pods_cidr)[1]) <= 23
    error_message = "pods_cidr doit être une plage d’adresses, /23 ou plus large."
  }
}

variable "services_cidr" {
  description = "Adresses des services de la grappe."
  type        = string

  validation {
    condition     = can(cidrhost(var.services_cidr, 0)) && tonumber(split("/", var.services_cidr)[1]) <= 27
    error_message = "services_cidr doit être une plage d’adresses, /27 ou plus large."
  }
}

variable "cluster_name" {
  description = "Nom du cluster."
  type        = string
}

variable "node_account_id" {
  description = "Nom du compte de service sous lequel tournent les nœuds."
  type        = string
}

variable "secrets_account_id" {
  description = "Nom du compte de service que prend External Secrets."
  type        = string
}

variable "backup_days" {
  description = "Jours de conservation des sauvegardes."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 365
    error_message = "backup_days doit être de 7 à 365."
  }
}

variable "database_tier" {
  description = "Taille de la base de données."
  type        = string
}

variable "high_availability" {
  description = "Vrai : un secours de la base dans une autre zone prend la suite."
  type        = bool
}

variable "connections" {
  description = "Secret et ce qui y est écrit ; {host} et {password} sont remplis."
  type        = map(string)
}

variable "password_version" {
  description = "Augmentez-la d’un pour un autre mot de passe."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && var.password_version <= 10000
    error_message = "password_version doit être de 1 à 10000."
  }
}

variable "registry_project" {
  description = "Projet qui tient les images ; null : celui-ci."
  type        = string
  default     = null
}

variable "registry_location" {
  description = "Région du registre."
  type        = string
}

variable "registry_repository" {
  description = "Dépôt d’images dans ce registre."
  type        = string
}

variable "health_path" {
  description = "Chemin qui répond 200."
  type        = string
  default     = "/"
}

variable "channel" {
  description = "Canal de versions."
  type        = string
  default     = "REGULAR"

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE"], var.channel)
    error_message = "channel doit être l’un de RAPID, REGULAR, STABLE."
  }
}

variable "authorized_networks" {
  description = "Réseaux qui joignent le plan de contrôle par son adresse ; aucun : par son nom seul."
  type = list(object({
    name = string
    cidr = string
  }))
  default = []

  validation {
    condition     = alltrue([for each in var.authorized_networks : can(cidrhost(each.cidr, 0)) && each.cidr != "0.0.0.0/0"])
    error_message = "Chacun doit être une plage d’adresses, et pas tout Internet."
  }
}

variable "dns_endpoint" {
  description = "Vrai : son nom se joint aussi de l’extérieur ; IAM décide par qui."
  type        = bool
  default     = true
}
