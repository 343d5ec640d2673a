#!/usr/bin/env bash
# Drives the GCP sandbox with the official gcloud CLI, a client nobody here wrote.
# Usage: sandbox/gcp/gcloud-check.sh http://127.0.0.1:<port of the REST face>
# Prints one line per check and "N passed, N failed"; exits 1 when a check fails, 2 when it cannot run at all.
set -u

endpoint=${1:-}
if [[ ! $endpoint =~ ^http://[^/]+:[0-9]+/?$ ]]; then
  echo "usage: $0 http://127.0.0.1:<port>   (the sandbox's Cloud Run REST endpoint; got '${endpoint}')" >&2
  exit 2
fi
if ! command -v gcloud >/dev/null 2>&1; then
  echo "gcloud is not installed: install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install) and run this again" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# gcloud puts "<region>-" before the endpoint's host, so an address cannot be used: a made-up host is, and the
# sandbox serves as the HTTP proxy for it.
export http_proxy=${endpoint%/}
unset https_proxy HTTP_PROXY HTTPS_PROXY no_proxy NO_PROXY all_proxy ALL_PROXY
export CLOUDSDK_CONFIG=$work/config
export CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN=http://run.test/
export CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true
export CLOUDSDK_CORE_SHOULD_PROMPT_TO_ENABLE_API=false
export CLOUDSDK_CORE_DISABLE_PROMPTS=1
export CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=true
export CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK=true
export CLOUDSDK_CORE_PROJECT=gcloud-check
export CLOUDSDK_RUN_REGION=europe-west1

image=us-docker.pkg.dev/cloudrun/container/hello
service=gcloud-check-$$
passed=0
failed=0

# run <name> <expected exit: ok|error> <regular expression in the output> <gcloud arguments…>
run() {
  local name=$1 expected=$2 pattern=$3 outcome=ok
  shift 3
  timeout --foreground 120 gcloud "$@" >"$work/out" 2>&1 </dev/null || outcome=error
  if [[ $outcome == "$expected" ]] && grep -Eq -- "$pattern" "$work/out"; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name: gcloud $* ended with '$outcome' (expected '$expected' and output matching '$pattern')"
    sed 's/^/        /' "$work/out"
  fi
}

field() { run "$1" ok "$2" run services describe "$service" --format="value($3)"; }

run 'deploy creates a service that becomes ready' ok 'https?://127\.0\.0\.1:[0-9]+' \
  run deploy "$service" --image="$image" --allow-unauthenticated --labels=team=checkout \
  --set-env-vars=MODE=one --cpu=1 --memory=512Mi --min-instances=1 --max-instances=3 --concurrency=40 --timeout=120
field 'describe shows the address' '^http://127\.0\.0\.1:[0-9]+$' status.url
field 'describe shows readiness' 'True' 'status.conditions[0].status'
field 'describe shows the image' "$image" 'spec.template.spec.containers[0].image'
field 'describe shows the environment' 'MODE.*one' 'spec.template.spec.containers[0].env'
field 'describe shows the concurrency' '^40$' spec.template.spec.containerConcurrency
field 'describe shows the instance limit' '^3$' "spec.template.metadata.annotations['autoscaling.knative.dev/maxScale']"
field 'describe shows the labels' 'checkout' metadata.labels.team
run 'describe prints for people' ok "Service $service in region europe-west1" run services describe "$service"
run 'list shows the service' ok "$service" run services list
run 'list of one region shows it' ok "$service" run services list --region=europe-west1
run 'list of another region does not' ok 'Listed 0 items' run services list --region=us-east1
run 'the IAM policy lets everybody call it' ok 'allUsers' run services get-iam-policy "$service"
run 'update makes a second revision' ok 'has been deployed|Done' \
  run services update "$service" --update-env-vars=MODE=two --memory=1Gi
field 'the second revision is ready' "^$service-00002-" status.latestReadyRevisionName
field 'the update is visible' 'MODE.*two' 'spec.template.spec.containers[0].env'
run 'revisions list shows both' ok "$service-00001-" run revisions list --service="$service"
run 'update-traffic sends everything to the latest revision' ok '100%' run services update-traffic "$service" --to-latest
run 'a bad CPU and memory pair is refused' error 'memory must be between' \
  run services update "$service" --cpu=4 --memory=512Mi
run 'a bad name is refused' error 'Invalid|invalid' run deploy Bad_Name --image="$image" --no-allow-unauthenticated
run 'an unknown service is reported' error 'Cannot find service|could not be found' run services describe no-such-service
run 'regions list knows the regions' ok 'europe-west1' run regions list
run 'delete removes the service' ok 'Deleted' run services delete "$service"
run 'after delete it is gone' error 'Cannot find service|could not be found' run services describe "$service"

echo "$passed passed, $failed failed"
((failed == 0))
