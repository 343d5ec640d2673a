# Bills of this cloud, read by the hub's function cost under an identity that may do nothing else; nothing is made where nothing is named.
# Roles of the two hubs: infra/aws/hub-function.ts names them, infra/azure.test.ts holds the two together.
locals {
  reads_bills = length(var.bill_container_ids) + length(var.cost_scopes) > 0
  cost_roles  = local.reads_bills ? { for role in concat(["cost"], var.standby_hub ? ["standby-cost"] : []) : role => "${local.hub_roles}-${role}" } : {}
}

resource "azurerm_user_assigned_identity" "cost" {
  count               = local.reads_bills ? 1 : 0
  name                = "${var.name}-cost"
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "cost" {
  for_each            = local.cost_roles
  name                = "aws-${each.key}"
  resource_group_name = local.group
  parent_id           = azurerm_user_assigned_identity.cost[0].id
  issuer              = var.hub_issuer
  subject             = each.value
  audience            = ["api://AzureADTokenExchange"]
}

# Reads and lists blobs, of these containers and no other of their accounts.
resource "azurerm_role_assignment" "bills" {
  for_each             = toset(var.bill_container_ids)
  scope                = each.value
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_user_assigned_identity.cost[0].principal_id
  principal_type       = "ServicePrincipal"
}

# What Cost Management's query asks for. Source: learn.microsoft.com/azure/cost-management-billing/costs/assign-access-acm-data.
resource "azurerm_role_assignment" "cost" {
  for_each             = toset(var.cost_scopes)
  scope                = each.value
  role_definition_name = "Cost Management Reader"
  principal_id         = azurerm_user_assigned_identity.cost[0].principal_id
  principal_type       = "ServicePrincipal"
}
