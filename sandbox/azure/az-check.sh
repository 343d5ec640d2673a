#!/usr/bin/env bash
# Drives the Azure sandbox with Microsoft's own command line, which shares no code with this project.
#
#   az-check.sh <endpoint> <ca.pem>      for example: az-check.sh https://127.0.0.1:5002 /tmp/ca.pem
#
# Creates, shows, lists, updates and deletes a container group (az container) and a container app (az rest), and checks each
# answer. Prints "N passed, N failed"; exits 0 when all passed, 1 when one failed, 2 when it cannot run.
set -u

if [ $# -ne 2 ]; then
  echo "usage: $0 <endpoint> <ca.pem>" >&2
  exit 2
fi
endpoint=${1%/}
ca=$2
if ! command -v az >/dev/null 2>&1; then
  echo "az is not installed; on Debian: apt-get install --no-install-recommends azure-cli" >&2
  exit 2
fi
if [ ! -r "$ca" ]; then
  echo "cannot read the CA certificate '$ca'" >&2
  exit 2
fi

AZURE_CONFIG_DIR=$(mktemp -d)
export AZURE_CONFIG_DIR
trap 'rm -rf "$AZURE_CONFIG_DIR"' EXIT
export REQUESTS_CA_BUNDLE=$ca
export MSI_ENDPOINT=$endpoint/msi/token MSI_SECRET=sandbox
export APPSETTING_WEBSITE_SITE_NAME=sandbox # makes az take the App Service form of the identity endpoint
export AZURE_CORE_COLLECT_TELEMETRY=false AZURE_CORE_NO_COLOR=true NO_PROXY=127.0.0.1,localhost
export HTTPS_PROXY='' HTTP_PROXY='' https_proxy='' http_proxy=''

passed=0
failed=0
output=''

# check <what> <expected extended regular expression> <command...>: the command must succeed and print it.
check() {
  local what=$1 expected=$2
  shift 2
  if output=$("$@" 2>&1) && grep -Eq -- "$expected" <<<"$output"; then
    passed=$((passed + 1))
    echo "ok    $what"
  else
    failed=$((failed + 1))
    echo "FAIL  $what (wanted: $expected)"
    sed 's/^/      /' <<<"$output" | head -20
  fi
}

# refused <what> <expected> <command...>: the command must fail and say it.
refused() {
  local what=$1 expected=$2
  shift 2
  if output=$("$@" 2>&1); then
    failed=$((failed + 1))
    echo "FAIL  $what: it was accepted"
  elif grep -Eq -- "$expected" <<<"$output"; then
    passed=$((passed + 1))
    echo "ok    $what"
  else
    failed=$((failed + 1))
    echo "FAIL  $what (wanted: $expected)"
    sed 's/^/      /' <<<"$output" | head -20
  fi
}

# poll <url> <expected>: reads the resource until it shows what is expected, at most 30 times.
poll() {
  local url=$1 expected=$2 seen=''
  for _ in $(seq 1 30); do
    seen=$(az rest --method get --url "$url" 2>&1)
    if grep -Eq -- "$expected" <<<"$seen"; then
      printf '%s\n' "$seen"
      return 0
    fi
    sleep 1
  done
  printf '%s\n' "$seen"
  return 1
}

check 'registers the cloud' '' az cloud register -n Sandbox --endpoint-resource-manager "$endpoint"
check 'selects it' '' az cloud set -n Sandbox
check 'signs in with a managed identity' '"state": "Enabled"' az login --identity
if [ "$failed" -ne 0 ]; then
  echo "$passed passed, $failed failed"
  exit 1
fi
subscription=$(az account show --query id -o tsv)
group=az-check-$$
root=$endpoint/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.App
version='api-version=2025-07-01'
env_id=/subscriptions/$subscription/resourceGroups/$group/providers/Microsoft.App/managedEnvironments/env

check 'reads a provider' 'Registered' az provider show -n Microsoft.App
check 'creates a resource group' '"provisioningState": "Succeeded"' az group create -n "$group" -l westeurope --tags owner=az-check
check 'lists resource groups' "$group" az group list -o tsv

check 'creates a container group' '"provisioningState": "Succeeded"' \
  az container create -g "$group" -n worker --image nginx:1 --cpu 1 --memory 1.5 --ports 80 --ip-address Public \
  --os-type Linux --environment-variables MODE=fast --secure-environment-variables KEY=hidden
check 'shows it running' '^Running$' az container show -g "$group" -n worker --query instanceView.state -o tsv
check 'gives it an address' '^127\.0\.0\.1' az container show -g "$group" -n worker --query ipAddress.ip -o tsv
check 'keeps its plain variable' 'MODE' az container show -g "$group" -n worker --query 'containers[0].environmentVariables'
check 'lists it' 'worker' az container list -g "$group" -o tsv
check 'updates its image' 'nginx:2' \
  az container create -g "$group" -n worker --image nginx:2 --cpu 1 --memory 1.5 --ports 80 --ip-address Public --os-type Linux
refused 'will not resize it in place' 'InvalidContainerGroupUpdate' \
  az container create -g "$group" -n worker --image nginx:2 --cpu 2 --memory 1.5 --ports 80 --ip-address Public --os-type Linux
check 'stops it' '' az container stop -g "$group" -n worker
check 'shows it stopped' '^Stopped$' az container show -g "$group" -n worker --query instanceView.state -o tsv
check 'starts it' '' az container start -g "$group" -n worker
check 'restarts it' '' az container restart -g "$group" -n worker
refused 'has no room for 64 cores' 'ServiceUnavailable' \
  az container create -g "$group" -n huge --image nginx --cpu 64 --memory 128 --os-type Linux

check 'creates an environment' '"name": "env"' az rest --method put --url "$root/managedEnvironments/env?$version" \
  --body '{"location":"westeurope","properties":{"workloadProfiles":[{"name":"Consumption","workloadProfileType":"Consumption"}]}}'
check 'the environment becomes ready' '"provisioningState": "Succeeded"' poll "$root/managedEnvironments/env?$version" '"provisioningState": "Succeeded"'
body='{"location":"westeurope","tags":{"generation":"1"},"properties":{"environmentId":"'$env_id'","configuration":{"ingress":{"external":true,"targetPort":80}},"template":{"containers":[{"name":"web","image":"nginx:1","resources":{"cpu":0.5,"memory":"1Gi"}}],"scale":{"minReplicas":2,"maxReplicas":4}}}}'
check 'creates a container app' '"name": "web"' az rest --method put --url "$root/containerApps/web?$version" --body "$body"
check 'the app becomes ready' 'web--0000001' poll "$root/containerApps/web?$version" '"latestReadyRevisionName": "web--0000001"'
check 'lists it' '"name": "web"' az rest --method get --url "$root/containerApps?$version"
check 'finds it as a resource' 'Microsoft.App/containerApps' az resource list -g "$group" -o json
check 'shows it as a resource' 'West Europe' az resource show -g "$group" -n web --resource-type Microsoft.App/containerApps --api-version 2025-07-01
check 'scales it' '' az rest --method patch --url "$root/containerApps/web?$version" \
  --body '{"properties":{"template":{"scale":{"minReplicas":3}}}}'
check 'the new revision becomes ready' 'web--0000002' poll "$root/containerApps/web?$version" '"latestReadyRevisionName": "web--0000002"'
check 'has three replicas' '^3$' az rest --method get --url "$root/containerApps/web/revisions/web--0000002?$version" --query properties.replicas -o tsv
refused 'refuses an odd CPU and memory pair' 'ContainerAppInvalidResourceTotal' \
  az rest --method put --url "$root/containerApps/odd?$version" --body "${body/1Gi/3Gi}"
refused 'refuses an unknown property' 'Unknown properties' \
  az rest --method put --url "$root/containerApps/odd?$version" --body "${body/\"template\"/\"tempalte\"}"

check 'deletes the app' '' az rest --method delete --url "$root/containerApps/web?$version"
check 'deletes the container group' '' az container delete -g "$group" -n worker --yes
refused 'finds no container group any more' 'ResourceNotFound' az container show -g "$group" -n worker
check 'deletes the resource group' '' az group delete -n "$group" --yes
check 'nothing is left' '^false$' az group exists -n "$group"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
