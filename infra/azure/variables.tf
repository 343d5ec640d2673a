variable "subscription_id" {
  description = "Subscription that the deployer deploys to, and lives in."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.subscription_id))
    error_message = "subscription_id must be a lower-case UUID, as `az account show --query id` prints it."
  }
}

variable "location" {
  description = "Region of the function app, such as northeurope. It needs Flex Consumption: `az functionapp list-flexconsumption-locations`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+$", var.location))
    error_message = "location is written in lower case and without spaces: northeurope."
  }
}

variable "name" {
  description = "Begins the names of everything made here. The function app's name must be free in all of Azure."
  type        = string
  default     = "homeostasis"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 20 lower-case letters, digits and hyphens, and begin with a letter: storage accounts allow no more."
  }
}

variable "resource_group_name" {
  description = "Resource group for the deployer and for everything it deploys."
  type        = string
  default     = "homeostasis"

  validation {
    condition     = can(regex("^[A-Za-z0-9._()-]{0,89}[A-Za-z0-9_()-]$", var.resource_group_name))
    error_message = "resource_group_name must have 1 to 90 letters, digits, and ._()- and must not end with a full stop."
  }
}

variable "create_resource_group" {
  description = "Make the resource group; false: it exists."
  type        = bool
  default     = true
}

variable "regions" {
  description = "Regions that may be deployed to, as clouds.azure.regions of homeostasis.yaml."
  type        = list(string)

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z0-9]+$", region))])
    error_message = "regions must name at least one, each in lower case and without spaces: [\"northeurope\", \"eastus\"]."
  }
}

variable "create_environments" {
  description = "Let the deployer make the managed environment of a region that has none; false also takes the permission away."
  type        = bool
  default     = true
}

variable "hub_issuer" {
  description = "Issuer of the AWS account's tokens: what `aws iam enable-outbound-web-identity-federation` answered."
  type        = string

  validation {
    condition     = can(regex("^https://[0-9a-f-]{36}\\.tokens\\.sts\\.global\\.api\\.aws$", var.hub_issuer))
    error_message = "hub_issuer must look like https://<uuid>.tokens.sts.global.api.aws, without a slash at the end: Entra compares it letter by letter."
  }
}

variable "relay_role_arn" {
  description = "ARN of the role of the hub's relay function; its tokens have it as their subject. Named <hub>-relay."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+$", var.relay_role_arn))
    error_message = "relay_role_arn must be the ARN of a role: arn:aws:iam::123456789012:role/homeostasis-relay."
  }
}

variable "standby_hub" {
  description = "The hub has a standby in another region (hub.standby): its relay, <hub>-standby-relay, is trusted too."
  type        = bool
  default     = false

  validation {
    condition     = !var.standby_hub || endswith(var.relay_role_arn, "-relay")
    error_message = "standby_hub needs a relay_role_arn that ends in -relay: the standby's roles are named after it."
  }
}

variable "witness" {
  description = "The lease of the two hubs has its third place in this cloud (hub.standby.witness)."
  type        = bool
  default     = false

  validation {
    condition     = !var.witness || var.standby_hub
    error_message = "witness needs standby_hub: one hub alone has no lease."
  }
}

variable "witness_replication" {
  description = "How the storage account of the lease is kept: ZRS survives the loss of a zone; LRS where a region has no zones."
  type        = string
  default     = "ZRS"

  validation {
    condition     = contains(["LRS", "ZRS"], var.witness_replication)
    error_message = "witness_replication must be ZRS or LRS: with a copy in a second region, a failover of it could bring back an older lease."
  }
}

variable "bill_container_ids" {
  description = "Resource ids of the blob containers that bills are exported to (cost.bills of kind azure-blob): the hub may read them, under an identity of its own."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for id in var.bill_container_ids : can(regex("^/subscriptions/.+/providers/Microsoft.Storage/storageAccounts/[a-z0-9]{3,24}/blobServices/default/containers/[a-z0-9-]{3,63}$", id))
    ])
    error_message = "Each of bill_container_ids must be a resource id that ends in /providers/Microsoft.Storage/storageAccounts/<account>/blobServices/default/containers/<container>."
  }

  validation {
    condition     = length(var.bill_container_ids) == 0 || endswith(var.relay_role_arn, "-relay")
    error_message = "bill_container_ids needs a relay_role_arn that ends in -relay: the role of cost is named after it."
  }
}

variable "cost_scopes" {
  description = "What Cost Management is asked about (cost.bills of kind azure-cost): the hub may read the cost of these subscriptions, resource groups and management groups."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for scope in var.cost_scopes : can(regex("^/(subscriptions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/resourceGroups/[^/]+)?|providers/Microsoft.Management/managementGroups/[^/]+)$", scope))
    ])
    error_message = "Each of cost_scopes must be /subscriptions/<id>, a resource group in one, or /providers/Microsoft.Management/managementGroups/<name>. Billing accounts know no Azure roles: grant those where the account is."
  }

  validation {
    condition     = length(var.cost_scopes) == 0 || endswith(var.relay_role_arn, "-relay")
    error_message = "cost_scopes needs a relay_role_arn that ends in -relay: the role of cost is named after it."
  }
}

variable "reports_url" {
  description = "Where the deployer reports to: <url of the hub>/azure/v1/events, if the issuer is called azure in homeostasis.yaml."
  type        = string

  validation {
    condition     = can(regex("^https://[^/\\s]+/(\\S+/)?v1/events$", var.reports_url))
    error_message = "reports_url must be an https URL that ends in /v1/events."
  }
}

variable "key_vault_id" {
  description = "Resource id of the Key Vault that `secret:` in a spec refers to; it must use Azure RBAC. Null: services with secrets are refused."
  type        = string
  default     = null

  validation {
    condition     = var.key_vault_id == null || can(regex("/providers/Microsoft.KeyVault/vaults/[A-Za-z0-9-]{3,24}$", var.key_vault_id))
    error_message = "key_vault_id must be a resource id that ends in /providers/Microsoft.KeyVault/vaults/<name>."
  }
}

variable "container_registry_ids" {
  description = "Resource ids of the Azure container registries that workloads come from."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for id in var.container_registry_ids : can(regex("/providers/Microsoft.ContainerRegistry/registries/[A-Za-z0-9]{5,50}$", id))
    ])
    error_message = "Each of container_registry_ids must end in /providers/Microsoft.ContainerRegistry/registries/<name>."
  }
}

variable "operation_reads" {
  description = "Let the deployer look at the operations it began. Azure keeps them under the subscription, so this is an assignment there, of four reads."
  type        = bool
  default     = true
}

variable "metrics_reads" {
  description = "Let the deployer read what Azure Monitor measured. Azure asks for Monitoring Reader on the subscription; without it nothing is known of metrics there."
  type        = bool
  default     = true
}

variable "package" {
  description = "The function's package, made by `npm run package`."
  type        = string
  default     = "../../dist/azure.zip"
}

variable "publish" {
  description = "Put the package into the function app with `az`; false: only the ground is laid, and publishing is another step."
  type        = bool
  default     = true
}

variable "node_version" {
  description = "Node.js of the function app."
  type        = string
  default     = "24"

  validation {
    condition     = contains(["22", "24"], var.node_version)
    error_message = "node_version must be 24, or 22 where a region does not have 24 yet."
  }
}

variable "maximum_instances" {
  description = "Most instances of the function app at once: it bounds the bill, and how hard Azure Resource Manager is asked."
  type        = number
  default     = 40

  validation {
    condition     = var.maximum_instances >= 1 && var.maximum_instances <= 1000
    error_message = "maximum_instances must be between 1 and 1000."
  }
}

variable "instance_memory_mb" {
  description = "Memory of one instance; its CPU follows."
  type        = number
  default     = 512

  validation {
    condition     = contains([512, 2048, 4096], var.instance_memory_mb)
    error_message = "instance_memory_mb must be 512, 2048 or 4096."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept; the first 31 days are in the price of taking them in."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 730
    error_message = "log_retention_days must be between 30 and 730."
  }
}

variable "log_daily_gb" {
  description = "Most that is taken in a day, in GB: a loop cannot run up a bill."
  type        = number
  default     = 1

  validation {
    condition     = var.log_daily_gb > 0
    error_message = "log_daily_gb must be more than 0."
  }
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
