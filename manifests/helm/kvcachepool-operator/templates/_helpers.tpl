{{/* The name of everything that a release has: kvcachepool-operator for a release "kvcachepool". */}}
{{- define "operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else if hasPrefix (printf "%s-" .Release.Name) .Chart.Name -}}
{{- .Chart.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "operator.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "operator.fullname" .) "" .Values.serviceAccount.create) -}}
{{- end }}

{{/* What a selector goes by; it can't change in a Deployment. */}}
{{- define "operator.selectorLabels" -}}
app.kubernetes.io/name: kvcachepool
app.kubernetes.io/component: operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "operator.labels" -}}
{{ include "operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* An image by its digest, else by its tag: (list $ .Values.image) */}}
{{- define "operator.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $name := $image.repository -}}
{{- with $root.Values.imageRegistry -}}
{{- $name = printf "%s/%s" (trimSuffix "/" .) $name -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name ($image.tag | default $root.Chart.AppVersion) -}}
{{- end -}}
{{- end }}

{{/* The Deployment as manifests/kustomize/base has it: this chart changes what its values name and nothing else. */}}
{{- define "operator.base" -}}
{{- .Files.Get "files/deployment.yaml" -}}
{{- end }}

{{/* Whether there is a webhook: its registration is no namespace's, so that RoleBindings alone don't do. */}}
{{- define "operator.webhook" -}}
{{- and .Values.webhook.enabled (not .Values.watchNamespaces) -}}
{{- end }}

{{- define "operator.webhookService" -}}
{{- printf "%s-webhook" (include "operator.fullname" . | trunc 55 | trimSuffix "-") -}}
{{- end }}
