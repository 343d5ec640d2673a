# Three identities, so that none can do what another is for: the relay may only call, the deployer may only deploy and report,
# workloads may only read their secrets and images.

# Who the hub's relay is here. It has no password: Entra takes a token that AWS signed for the relay's role in its place.
resource "azurerm_user_assigned_identity" "relay" {
  name                = "${var.name}-relay"
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "relay" {
  name                = "aws-hub-relay"
  resource_group_name = local.group
  parent_id           = azurerm_user_assigned_identity.relay.id
  issuer              = var.hub_issuer
  subject             = var.relay_role_arn
  audience            = ["api://AzureADTokenExchange"]
}

# Who the function is: towards Azure Resource Manager, its own storage, and the hub.
resource "azurerm_user_assigned_identity" "deployer" {
  name                = "${var.name}-deployer"
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags
}

# Who workloads are when Azure fetches their secrets and images.
resource "azurerm_user_assigned_identity" "workloads" {
  count               = local.workloads_need_identity ? 1 : 0
  name                = "${var.name}-workloads"
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags
}

locals {
  workloads_need_identity = var.key_vault_id != null || length(var.container_registry_ids) > 0
  key_vault_url           = var.key_vault_id == null ? null : "https://${basename(var.key_vault_id)}.vault.azure.net"
  registries              = [for id in var.container_registry_ids : "${lower(basename(id))}.azurecr.io"]
}

resource "azurerm_role_assignment" "workloads_secrets" {
  count                = var.key_vault_id == null ? 0 : 1
  scope                = var.key_vault_id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_user_assigned_identity.workloads[0].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "workloads_images" {
  for_each             = toset(var.container_registry_ids)
  scope                = each.value
  role_definition_name = "AcrPull"
  principal_id         = azurerm_user_assigned_identity.workloads[0].principal_id
  principal_type       = "ServicePrincipal"
}
