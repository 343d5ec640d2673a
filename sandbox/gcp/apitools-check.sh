#!/usr/bin/env bash
# Holds the v2 JSON answers of the GCP sandbox against the strict message classes that Google generated for gcloud:
# an unknown field, an unknown enum or a wrong type is a failure.
# Usage: sandbox/gcp/apitools-check.sh http://127.0.0.1:<port of the REST face>
# Prints one line per answer and "N passed, N failed"; exits 1 when a check fails, 2 when it cannot run at all.
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
root=$(dirname "$(dirname "$(readlink -f "$(command -v gcloud)")")")
python=$root/platform/bundledpythonunix/bin/python3
[[ -x $python ]] || python=python3
if [[ ! -d $root/lib/googlecloudsdk/generated_clients/apis/run/v2 ]]; then
  echo "this gcloud ($root) carries no Cloud Run v2 message classes; the official archive of 2025 and later does" >&2
  exit 2
fi

PYTHONPATH=$root/lib:$root/lib/third_party exec "$python" - "${endpoint%/}" <<'PYTHON'
import json, os, sys, time, urllib.request

from apitools.base.protorpclite import messages as base
from apitools.base.py import encoding
from googlecloudsdk.generated_clients.apis.run.v2 import run_v2_messages as run

endpoint = sys.argv[1]
parent = 'projects/apitools-check/locations/europe-west4'
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method, path, body=None):
  data = None if body is None else json.dumps(body).encode()
  request = urllib.request.Request(f'{endpoint}/v2/{path}', data=data, method=method)
  request.add_header('Content-Type', 'application/json')
  with opener.open(request, timeout=30) as answer:
    return json.load(answer)


def problems(message, path):
  """Unknown fields and unknown enum values, all the way down: apitools keeps them aside instead of refusing them."""
  found = [f'{path}.{name}: unknown field or value' for name in message.all_unrecognized_fields()]
  for field in message.all_fields():
    values = getattr(message, field.name)
    for value in values if isinstance(values, list) else [values]:
      if isinstance(value, base.Message) and field.name not in ('additionalProperties', 'metadata', 'response'):
        found += problems(value, f'{path}.{field.name}')
  return found


counts = {'passed': 0, 'failed': 0}


def check(name, cls, answer):
  try:
    found = problems(encoding.JsonToMessage(cls, json.dumps(answer)), name)
  except Exception as error:  # apitools raises its own kinds for wrong types; each is a failed check
    found = [f'{name}: {error}']
  counts['failed' if found else 'passed'] += 1
  print(('FAILED  ' if found else 'ok      ') + name)
  for line in found:
    print('        ' + line)


def finished(operation):
  for _ in range(600):
    if operation.get('done'):
      return operation
    time.sleep(0.1)
    operation = call('GET', operation['name'])
  raise SystemExit(f"operation {operation['name']} did not end within 60 s")


def payload(operation, field):
  value = dict(operation[field])
  value.pop('@type')
  return value


suffix = os.getpid()
service, pool = f'apitools-{suffix}', f'apitools-pool-{suffix}'
container = {
    'image': 'us-docker.pkg.dev/cloudrun/container/hello',
    'env': [{'name': 'MODE', 'value': 'x'}, {'name': 'KEY', 'valueSource': {'secretKeyRef': {'secret': 'k', 'version': '1'}}}],
    'resources': {'limits': {'cpu': '2', 'memory': '4Gi'}, 'cpuIdle': True},
    'ports': [{'containerPort': 8080}],
    'startupProbe': {'httpGet': {'path': '/healthz'}, 'periodSeconds': 5},
}
template = {'containers': [container], 'scaling': {'minInstanceCount': 1, 'maxInstanceCount': 4}, 'timeout': '60s'}
body = {'template': template, 'labels': {'team': 'a'}, 'annotations': {'example.com/note': 'b'}, 'description': 'checked'}

created = call('POST', f'{parent}/services?serviceId={service}', body)
check('operation that is running', run.GoogleLongrunningOperation, created)
check('metadata of an operation', run.GoogleCloudRunV2Service, payload(created, 'metadata'))
check('service while it deploys', run.GoogleCloudRunV2Service, call('GET', f'{parent}/services/{service}'))
done = finished(created)
check('operation that is done', run.GoogleLongrunningOperation, done)
check('response of an operation', run.GoogleCloudRunV2Service, payload(done, 'response'))
check('service that is ready', run.GoogleCloudRunV2Service, call('GET', f'{parent}/services/{service}'))
check('list of services', run.GoogleCloudRunV2ListServicesResponse, call('GET', f'{parent}/services'))
revisions = call('GET', f'{parent}/services/{service}/revisions')
check('list of revisions', run.GoogleCloudRunV2ListRevisionsResponse, revisions)
check('revision', run.GoogleCloudRunV2Revision, call('GET', revisions['revisions'][0]['name']))
policy = {'policy': {'bindings': [{'role': 'roles/run.invoker', 'members': ['allUsers']}]}}
check('policy after it is set', run.GoogleIamV1Policy, call('POST', f'{parent}/services/{service}:setIamPolicy', policy))
check('policy', run.GoogleIamV1Policy, call('GET', f'{parent}/services/{service}:getIamPolicy'))
check('list of operations', run.GoogleLongrunningListOperationsResponse, call('GET', f'{parent}/operations'))
work = {'template': {'containers': [{'image': container['image']}]}, 'scaling': {'manualInstanceCount': 2}}
pooled = finished(call('POST', f'{parent}/workerPools?workerPoolId={pool}', work))
check('response of a worker pool operation', run.GoogleCloudRunV2WorkerPool, payload(pooled, 'response'))
check('worker pool', run.GoogleCloudRunV2WorkerPool, call('GET', f'{parent}/workerPools/{pool}'))
check('list of worker pools', run.GoogleCloudRunV2ListWorkerPoolsResponse, call('GET', f'{parent}/workerPools'))
removed = call('DELETE', f'{parent}/services/{service}')
check('service that is being deleted', run.GoogleCloudRunV2Service, payload(removed, 'metadata'))
check('service that was deleted', run.GoogleCloudRunV2Service, payload(finished(removed), 'response'))
finished(call('DELETE', f'{parent}/workerPools/{pool}'))

# The validator itself has to be able to fail.
check_names = problems(encoding.JsonToMessage(run.GoogleCloudRunV2Service, '{"colour": "red"}'), 'probe')
if not check_names:
  raise SystemExit('the apitools classes accepted an unknown field: these results prove nothing')

print(f"{counts['passed']} passed, {counts['failed']} failed")
sys.exit(1 if counts['failed'] else 0)
PYTHON
