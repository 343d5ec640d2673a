locals {
  # Under `hub.standby`, where the lease has its third place here.
  standby = { for key in var.witness ? ["standby"] : [] : key => {
    witness = {
      gcp = {
        bucket         = google_storage_bucket.witness[0].name
        serviceAccount = google_service_account.witness[0].email
      }
    }
  } }
  # Under `hub.bills`, where bills are read here.
  bills = { for key in local.reads_bills ? ["bills"] : [] : key => {
    gcp = {
      serviceAccount = google_service_account.cost[0].email
    }
  } }
  reports_audience = regex("^https://[^/]+", var.reports_url)
  hub = {
    issuers = [{
      name      = "gcp"
      url       = "https://accounts.google.com"
      audiences = [local.reports_audience]
    }]
    access = [{
      issuer = "https://accounts.google.com"
      rules = [{
        # The number, not the name: a number is never given out again.
        subject = google_service_account.deployer.unique_id
        may     = ["report"]
        cloud   = "gcp"
      }]
    }]
    remote = {
      gcp = {
        url            = local.function_url
        audience       = local.function_url
        provider       = local.provider
        serviceAccount = google_service_account.relay.email
      }
    }
  }
}

output "hub" {
  description = "What goes under `hub` in homeostasis.yaml: who reports (issuers, access), where the relay sends commands (remote), and what reads bills (bills)."
  value       = merge(local.hub, local.bills, local.standby)
}

output "hub_yaml" {
  description = "The same as YAML: `terraform output -raw hub_yaml`."
  value       = yamlencode({ hub = merge(local.hub, local.bills, local.standby) })
}

output "workloads_account" {
  description = "What deployed services run as, for whoever grants it more."
  value       = google_service_account.workloads.email
}

output "deployer_account" {
  description = "What the function runs as."
  value       = google_service_account.deployer.email
}
