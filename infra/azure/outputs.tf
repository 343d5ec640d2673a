locals {
  # Under `hub.standby`, where the lease has its third place here.
  standby = { for key in var.witness ? ["standby"] : [] : key => {
    witness = {
      azure = {
        account   = azurerm_storage_account.witness[0].name
        container = azurerm_storage_container.witness[0].name
        client    = azurerm_user_assigned_identity.witness[0].client_id
      }
    }
  } }
  # Under `hub.bills`, where bills are read here.
  bills = { for key in local.reads_bills ? ["bills"] : [] : key => {
    azure = {
      client = azurerm_user_assigned_identity.cost[0].client_id
    }
  } }
  hub = {
    issuers = [{
      name      = "azure"
      url       = "https://login.microsoftonline.com/${local.tenant}/v2.0"
      audiences = [azuread_application_registration.hub.client_id]
    }]
    access = [{
      issuer = "https://login.microsoftonline.com/${local.tenant}/v2.0"
      rules = [{
        subject = azurerm_user_assigned_identity.deployer.principal_id
        may     = ["report"]
        cloud   = "azure"
      }]
    }]
    remote = {
      azure = {
        url      = "https://${azurerm_function_app_flex_consumption.deployer.default_hostname}/api/events"
        audience = azuread_application_identifier_uri.deployer.identifier_uri
        tenant   = local.tenant
        client   = azurerm_user_assigned_identity.relay.client_id
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

output "function_app" {
  description = "Name of the function app: `az functionapp log deployment show --name <this>`."
  value       = azurerm_function_app_flex_consumption.deployer.name
}

output "deployer_principal" {
  description = "Object id of the deployer's identity, for whoever grants it more."
  value       = azurerm_user_assigned_identity.deployer.principal_id
}

output "workloads_identity" {
  description = "Resource id of the identity that reads secrets and images for workloads; null without vault and registry."
  value       = local.workloads_need_identity ? azurerm_user_assigned_identity.workloads[0].id : null
}
