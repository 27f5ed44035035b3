variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
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

variable "nat" {
  description = "Vrai : ce qui tourne joint Internet par NAT."
  type        = bool
  default     = true
}

variable "egress_ports" {
  description = "Ports TCP d’Internet qui peuvent être joints."
  type        = list(string)
  default     = ["443"]

  validation {
    condition     = alltrue([for each in var.egress_ports : can(regex("^[0-9]+(-[0-9]+)?$", each))])
    error_message = "Chacun doit être un port ou une plage de ports."
  }
}

variable "flow_sampling" {
  description = "Part des flux qui est journalisée."
  type        = number
  default     = 0.5

  validation {
    condition     = var.flow_sampling >= 0 && var.flow_sampling <= 1
    error_message = "flow_sampling doit être de 0 à 1."
  }
}
