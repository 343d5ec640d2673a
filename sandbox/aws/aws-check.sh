#!/usr/bin/env bash
# Drives the AWS sandbox with the official AWS CLI, a client nobody here wrote. Its parsers, paginators and waiters judge the answers.
# Usage: sandbox/aws/aws-check.sh http://127.0.0.1:<port of the AWS face>
# Prints one line per check and "N passed, N failed"; exits 1 when a check fails, 2 when it cannot run at all.
set -u

endpoint=${1:-}
if [[ ! $endpoint =~ ^http://[^/]+:[0-9]+/?$ ]]; then
  echo "usage: $0 http://127.0.0.1:<port>   (the sandbox's AWS endpoint; got '${endpoint}')" >&2
  exit 2
fi
if ! command -v aws >/dev/null 2>&1; then
  echo "aws is not installed: pip install awscli, or on Debian: apt-get install awscli" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Nobody's own profile, keys or proxy may change what is checked.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL
export AWS_CONFIG_FILE=$work/config AWS_SHARED_CREDENTIALS_FILE=$work/credentials
export AWS_ACCESS_KEY_ID=check AWS_SECRET_ACCESS_KEY=check AWS_DEFAULT_REGION=eu-west-1
export AWS_EC2_METADATA_DISABLED=true AWS_PAGER='' AWS_MAX_ATTEMPTS=1

cluster=aws-check-$$
family=aws-check-$$
passed=0
failed=0

# run <name> <expected exit: ok|error> <regular expression in the output> <aws arguments…>
run() {
  local name=$1 expected=$2 pattern=$3 outcome=ok
  shift 3
  timeout --foreground 120 aws --endpoint-url "${endpoint%/}" --output json "$@" >"$work/out" 2>&1 </dev/null || outcome=error
  if [[ $outcome == "$expected" && $(tr -d '\n' <"$work/out") =~ $pattern ]]; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name: aws $* ended with '$outcome' (expected '$expected' and output matching '$pattern')"
    sed 's/^/        /' "$work/out"
  fi
}

# text <name> <whole answer as a regular expression> <JMESPath> <aws arguments…>
text() {
  local name=$1 pattern=$2 query=$3
  shift 3
  run "$name" ok "^${pattern}$" "$@" --query "$query" --output text
}

service() { text "$1" "$2" "services[0].$3" ecs describe-services --cluster "$cluster" --services "$4"; }
# value <JMESPath> <aws arguments…>: for the next command; prints nothing when there is none.
value() {
  local query=$1
  shift
  aws --endpoint-url "${endpoint%/}" --output text --query "$query" "$@" 2>/dev/null
}

container='{"name":"web","image":"nginx:1","essential":true,"portMappings":[{"containerPort":8080}],"environment":[{"name":"MODE","value":"one"}]}'
network='awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1],assignPublicIp=ENABLED}'
register=(ecs register-task-definition --family "$family" --network-mode awsvpc --requires-compatibilities FARGATE)

text 'STS says who calls' '[0-9]{12}' Account sts get-caller-identity
run 'create-cluster' ok '"status": "ACTIVE"' ecs create-cluster --cluster-name "$cluster" --tags key=team,value=checkout
text 'list-clusters shows it' ".*cluster/$cluster.*" 'clusterArns' ecs list-clusters
text 'another region does not' '(None)?' "clusterArns[?contains(@, '$cluster')]" ecs list-clusters --region us-east-1
run 'register-task-definition' ok '"revision": 1' "${register[@]}" --cpu 256 --memory 512 --container-definitions "[$container]"
run 'a second revision' ok '"revision": 2' \
  "${register[@]}" --cpu 512 --memory 1024 --container-definitions "[${container/one/two}]"
run 'a bad CPU and memory pair is refused' error 'ClientException|InvalidParameter' \
  "${register[@]}" --cpu 256 --memory 9999 --container-definitions "[$container]"
text 'describe-task-definition keeps the environment' 'one' 'taskDefinition.containerDefinitions[0].environment[0].value' \
  ecs describe-task-definition --task-definition "$family:1"
run 'list-task-definitions shows both, page by page' ok '^2$' \
  ecs list-task-definitions --family-prefix "$family" --page-size 1 --query 'length(taskDefinitionArns)'

run 'create-service' ok '"status": "ACTIVE"' ecs create-service --cluster "$cluster" --service-name worker \
  --task-definition "$family:1" --desired-count 2 --launch-type FARGATE --network-configuration "$network" --tags key=generation,value=1
run 'wait services-stable' ok '' ecs wait services-stable --cluster "$cluster" --services worker
service 'runs two tasks' 2 runningCount worker
text 'list-tasks shows them' 2 'length(taskArns)' ecs list-tasks --cluster "$cluster" --service-name worker
tasks=$(value taskArns ecs list-tasks --cluster "$cluster" --service-name worker)
# shellcheck disable=SC2086 # each ARN is an argument
text 'describe-tasks says they run' 'RUNNING[[:space:]]+RUNNING' 'tasks[].lastStatus' \
  ecs describe-tasks --cluster "$cluster" --tasks $tasks
arn=$(value 'services[0].serviceArn' ecs describe-services --cluster "$cluster" --services worker)
text 'tags are kept' 1 "tags[?key=='generation'].value | [0]" ecs list-tags-for-resource --resource-arn "$arn"
run 'tag-resource' ok '' ecs tag-resource --resource-arn "$arn" --tags key=generation,value=2
text 'the tag is changed' 2 "tags[?key=='generation'].value | [0]" ecs list-tags-for-resource --resource-arn "$arn"
run 'update-service to another revision and size' ok '"desiredCount": 3' \
  ecs update-service --cluster "$cluster" --service worker --task-definition "$family:2" --desired-count 3
run 'wait services-stable after the update' ok '' ecs wait services-stable --cluster "$cluster" --services worker
service 'runs three tasks' 3 runningCount worker
service 'only the new deployment is left' 'COMPLETED' 'deployments[].rolloutState' worker
text 'an unknown service is a failure entry' 'MISSING' 'failures[0].reason' \
  ecs describe-services --cluster "$cluster" --services no-such-service
run 'an unknown cluster is an error' error 'ClusterNotFoundException' ecs list-services --cluster no-such-cluster
run 'an unknown task definition is an error' error 'ClientException' ecs create-service --cluster "$cluster" \
  --service-name odd --task-definition no-such-family --desired-count 1 --launch-type FARGATE --network-configuration "$network"
run 'a cluster in use cannot be deleted' error 'ClusterContains' ecs delete-cluster --cluster "$cluster"

run 'create-load-balancer' ok '"Type": "network"' \
  elbv2 create-load-balancer --name "check-$$" --type network --scheme internet-facing --subnets subnet-1
balancer=$(value 'LoadBalancers[0].LoadBalancerArn' elbv2 describe-load-balancers --names "check-$$")
run 'create-target-group' ok '"HealthCheckPath": "/healthz"' elbv2 create-target-group --name "check-$$" --protocol TCP --port 8080 \
  --target-type ip --vpc-id vpc-1 --health-check-protocol HTTP --health-check-path /healthz
group=$(value 'TargetGroups[0].TargetGroupArn' elbv2 describe-target-groups --names "check-$$")
run 'create-listener' ok '"Port": 80' elbv2 create-listener --load-balancer-arn "$balancer" --protocol TCP --port 80 \
  --default-actions "Type=forward,TargetGroupArn=$group"
run 'create-service behind it' ok '"status": "ACTIVE"' ecs create-service --cluster "$cluster" --service-name web \
  --task-definition "$family:2" --desired-count 1 --launch-type FARGATE --network-configuration "$network" \
  --load-balancers "targetGroupArn=$group,containerName=web,containerPort=8080"
run 'wait services-stable behind it' ok '' ecs wait services-stable --cluster "$cluster" --services web
text 'its target is healthy' 'healthy' 'TargetHealthDescriptions[0].TargetHealth.State' \
  elbv2 describe-target-health --target-group-arn "$group"
address=$(value 'LoadBalancers[0].DNSName' elbv2 describe-load-balancers --names "check-$$")
if curl --noproxy '*' -fsS --max-time 10 "http://$address/" >"$work/out" 2>&1; then
  passed=$((passed + 1))
  echo "ok      the load balancer's address answers"
else
  failed=$((failed + 1))
  echo "FAILED  the load balancer's address answers: http://$address/: $(cat "$work/out")"
fi
run 'a taken name is refused' error 'DuplicateLoadBalancerName' \
  elbv2 create-load-balancer --name "check-$$" --type application --subnets subnet-1 subnet-2

role=arn:aws:iam::123456789012:role
run 'create-express-gateway-service' ok '"statusCode": "ACTIVE"' ecs create-express-gateway-service --cluster "$cluster" \
  --service-name express --execution-role-arn "$role/execution" --infrastructure-role-arn "$role/infrastructure" \
  --primary-container image=nginx:1,containerPort=8080 --health-check-path /healthz --cpu 256 --memory 512 \
  --scaling-target minTaskCount=1,maxTaskCount=2
express=$(value 'services[0].serviceArn' ecs describe-services --cluster "$cluster" --services express)
run 'wait services-stable for the express service' ok '' ecs wait services-stable --cluster "$cluster" --services express
run 'describe-express-gateway-service has an endpoint' ok '"endpoint": "[^"]+"' \
  ecs describe-express-gateway-service --service-arn "$express"
run 'update-express-gateway-service' ok '"image": "nginx:2"' ecs update-express-gateway-service --service-arn "$express" \
  --primary-container image=nginx:2,containerPort=8080
run 'delete-express-gateway-service' ok '"statusCode": "DRAINING"' ecs delete-express-gateway-service --service-arn "$express"

namespace=AwsCheck$$
window=(--start-time $(($(date +%s) - 600)) --end-time $(($(date +%s) + 120)))
run 'put-metric-data with a value' ok '^$' \
  cloudwatch put-metric-data --namespace "$namespace" --metric-name Orders --value 7 --unit Count --dimensions Shop=eu
run 'put-metric-data with a statistic set' ok '^$' cloudwatch put-metric-data --namespace "$namespace" --metric-name Sets \
  --statistic-values Sum=10,Minimum=1,Maximum=4,SampleCount=4
run 'put-metric-data with values and counts' ok '^$' \
  cloudwatch put-metric-data --namespace "$namespace" --metric-data 'MetricName=Latency,Values=1,5,9,Counts=2,1,1,Unit=Milliseconds'
run 'put-metric-data into an AWS namespace is refused' error 'InvalidParameterValue.*parameter Namespace is invalid' \
  cloudwatch put-metric-data --namespace AWS/ECS --metric-name CPUUtilization --value 1
text 'list-metrics shows them' 'Latency[[:space:]]+Orders[[:space:]]+Sets' 'Metrics[].MetricName' \
  cloudwatch list-metrics --namespace "$namespace"
text 'list-metrics by dimension' 'Orders' 'Metrics[].MetricName' \
  cloudwatch list-metrics --namespace "$namespace" --dimensions Name=Shop,Value=eu
text 'list-metrics of another region is empty' '(None)?' 'Metrics[].MetricName' \
  cloudwatch list-metrics --namespace "$namespace" --region us-east-1
text 'get-metric-statistics' '2.5[[:space:]]+1(.0)?[[:space:]]+4(.0)?' 'Datapoints[0].[Average,Minimum,SampleCount]' \
  cloudwatch get-metric-statistics --namespace "$namespace" --metric-name Sets "${window[@]}" --period 60 \
  --statistics Average Minimum SampleCount
text 'get-metric-statistics with percentiles' '9(.0)?' 'Datapoints[0].ExtendedStatistics.p99' \
  cloudwatch get-metric-statistics --namespace "$namespace" --metric-name Latency "${window[@]}" --period 60 --extended-statistics p99
stat() { echo "{\"Id\":\"$1\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"$namespace\",\"MetricName\":\"$2\"},\"Period\":60,\"Stat\":\"$3\"}}"; }
text 'get-metric-data' '16(.0)?[[:space:]]+Complete' 'MetricDataResults[0].[Values[0],StatusCode]' \
  cloudwatch get-metric-data "${window[@]}" --metric-data-queries "[$(stat sum Latency Sum)]"
text 'get-metric-data of an unknown metric is empty' 'Complete[[:space:]]+0' 'MetricDataResults[0].[StatusCode,length(Values)]' \
  cloudwatch get-metric-data "${window[@]}" --metric-data-queries "[$(stat none NoSuchMetric Sum)]"
run 'get-metric-data with a bad id is refused' error 'ValidationError.*expected pattern' \
  cloudwatch get-metric-data "${window[@]}" --metric-data-queries "[$(stat Bad Latency Sum)]"

for name in web worker; do
  run "delete-service $name" ok '"status": "DRAINING"' ecs delete-service --cluster "$cluster" --service "$name" --force
done
run 'wait services-inactive' ok '' ecs wait services-inactive --cluster "$cluster" --services web worker express
run 'delete-load-balancer' ok '' elbv2 delete-load-balancer --load-balancer-arn "$balancer"
run 'delete-target-group' ok '' elbv2 delete-target-group --target-group-arn "$group"
for revision in 1 2; do
  run "deregister-task-definition $revision" ok '"status": "INACTIVE"' ecs deregister-task-definition --task-definition "$family:$revision"
done
run 'delete-cluster' ok '"status": "INACTIVE"' ecs delete-cluster --cluster "$cluster"
text 'nothing is left' '0' "length(clusterArns[?contains(@, '$cluster')])" ecs list-clusters

echo "$passed passed, $failed failed"
((failed == 0))
