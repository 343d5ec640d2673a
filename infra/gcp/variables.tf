variable "project" {
  description = "Project that the deployer deploys to, and lives in."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project id, not its name or number: my-project-id."
  }
}

variable "location" {
  description = "Region of the function, such as europe-west1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.location))
    error_message = "location must be a region: europe-west1."
  }
}

variable "name" {
  description = "Begins the names of everything made here."
  type        = string
  default     = "homeostasis"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,18}[a-z0-9]$", var.name))
    error_message = "name must have 4 to 20 lower-case letters, digits and hyphens, and begin with a letter: service accounts allow no more."
  }
}

variable "regions" {
  description = "Regions that may be deployed to, as clouds.gcp.regions of homeostasis.yaml."
  type        = list(string)

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region))])
    error_message = "regions must name at least one: [\"europe-west1\", \"us-east4\"]."
  }
}

variable "hub_issuer" {
  description = "Issuer of the AWS account's tokens: what `aws iam enable-outbound-web-identity-federation` answered."
  type        = string

  validation {
    condition     = can(regex("^https://[0-9a-f-]{36}\\.tokens\\.sts\\.global\\.api\\.aws$", var.hub_issuer))
    error_message = "hub_issuer must look like https://<uuid>.tokens.sts.global.api.aws, without a slash at the end."
  }
}

variable "relay_role_arn" {
  description = "ARN of the role of the hub's relay function; its tokens have it as their subject. Named <hub>-relay."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+$", var.relay_role_arn)) && length(var.relay_role_arn) <= 127
    error_message = "relay_role_arn must be the ARN of a role of at most 127 characters, which is what google.subject holds: arn:aws:iam::123456789012:role/homeostasis-relay."
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

variable "bill_buckets" {
  description = "Cloud Storage buckets that bills are exported to (cost.bills of kind gcs): the hub may read them, under an account of its own."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for bucket in var.bill_buckets : can(regex("^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$", bucket))])
    error_message = "Each of bill_buckets must be the name of a bucket, without gs:// before it."
  }

  validation {
    condition     = length(var.bill_buckets) == 0 || endswith(var.relay_role_arn, "-relay")
    error_message = "bill_buckets needs a relay_role_arn that ends in -relay: the role of cost is named after it."
  }
}

variable "bill_datasets" {
  description = "BigQuery data sets that bills are exported to (cost.bills of kind bigquery), as <project>.<data set>: the hub may read them, and run queries in their projects."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for dataset in var.bill_datasets : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]\\.[A-Za-z0-9_]+$", dataset))])
    error_message = "Each of bill_datasets must have the form <project id>.<data set>: my-billing.focus."
  }

  validation {
    condition     = length(var.bill_datasets) == 0 || endswith(var.relay_role_arn, "-relay")
    error_message = "bill_datasets needs a relay_role_arn that ends in -relay: the role of cost is named after it."
  }
}

variable "reports_url" {
  description = "Where the deployer reports to: <url of the hub>/gcp/v1/events, if the issuer is called gcp in homeostasis.yaml."
  type        = string

  validation {
    condition     = can(regex("^https://[^/\\s]+/(\\S+/)?v1/events$", var.reports_url))
    error_message = "reports_url must be an https URL that ends in /v1/events."
  }
}

variable "public" {
  description = "Let anybody call the services that are deployed, as traffic by DNS needs; false also takes away the permission that goes with it."
  type        = bool
  default     = true
}

variable "remote_repositories" {
  description = "Registry host to the Artifact Registry repository that stands in for it: { \"ghcr.io\" = \"europe-docker.pkg.dev/my-project/ghcr\" }."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for path in values(var.remote_repositories) : can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/[a-z0-9-]+/[a-z0-9-]+$", path))])
    error_message = "Each of remote_repositories must have the form <location>-docker.pkg.dev/<project>/<repository>."
  }
}

variable "repositories" {
  description = "Artifact Registry repositories that images come from directly, in the same form: europe-docker.pkg.dev/my-project/images."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for path in var.repositories : can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/[a-z0-9-]+/[a-z0-9-]+$", path))])
    error_message = "Each of repositories must have the form <location>-docker.pkg.dev/<project>/<repository>."
  }
}

variable "secrets" {
  description = "Secret Manager secrets of this project that workloads read. `secret: shop/payment` in a spec is shop-payment here."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for secret in var.secrets : can(regex("^[A-Za-z0-9_-]{1,255}$", secret))])
    error_message = "Each of secrets must be a secret's id: letters, digits, hyphens and underscores."
  }
}

variable "other_runtime_accounts" {
  description = "E-mail addresses of further service accounts that workloads may run as (hints.gcp.serviceAccount of a service)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.other_runtime_accounts : can(regex("^[a-z0-9-]+@[a-z0-9.-]+\\.gserviceaccount\\.com$", account))])
    error_message = "Each of other_runtime_accounts must be the e-mail address of a service account."
  }
}

variable "package" {
  description = "The function's source, made by `npm run package`."
  type        = string
  default     = "../../dist/gcp-source.zip"
}

variable "maximum_instances" {
  description = "Most instances of the function at once: it bounds the bill, and how hard the Cloud Run Admin API is asked."
  type        = number
  default     = 10

  validation {
    condition     = var.maximum_instances >= 1 && var.maximum_instances <= 100
    error_message = "maximum_instances must be between 1 and 100."
  }
}

variable "concurrency" {
  description = "Commands that one instance works on at once. They wait for the API most of the time."
  type        = number
  default     = 16

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000
    error_message = "concurrency must be between 1 and 1000."
  }
}

variable "labels" {
  description = "Labels of what can have them."
  type        = map(string)
  default     = {}
}
