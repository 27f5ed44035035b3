{{- /* Names are those of the components: one release in a namespace, and its pods are called as in every other file. */}}
{{- define "monorepo-python-node.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: {{ .root.Values.partOf }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* By digest where one is given: a tag may move. */}}
{{- define "monorepo-python-node.image" -}}
{{- if .digest }}
{{- printf "%s@%s" .image.repository .digest }}
{{- else }}
{{- printf "%s:%s" .image.repository (required "image.tag or image.digest" .image.tag) }}
{{- end }}
{{- end }}

{{- /* The process that the image starts: settings, secrets and volumes are its own. */}}
{{- define "monorepo-python-node.first" -}}
{{- .c.of | default .name }}
{{- end }}

{{- /* The versions of a process: the one that runs, and the one a release puts beside it. */}}
{{- define "monorepo-python-node.versions" -}}
{{- $image := (get .root.Values.components (include "monorepo-python-node.first" .)).image }}
{{- $versions := list (dict "name" .name "track" "stable" "digest" ($image.digest | default "")) }}
{{- with .c.beside }}
{{- $versions = append $versions (dict "name" (printf "%s-%s" $.name .track) "track" .track "digest" (.digest | default $image.digest | default "")) }}
{{- end }}
{{- toJson $versions }}
{{- end }}

{{- /* Whether each version has a Service of its own, so that something decides who hears which one. */}}
{{- define "monorepo-python-node.apart" -}}
{{- with .c.beside }}
{{- if or (eq .track "green") $.root.Values.route.gateway }}yes{{ end }}
{{- end }}
{{- end }}

{{- /* What a pod is: of one version, or (without a track) the one that migrates. */}}
{{- define "monorepo-python-node.pod" -}}
{{- $first := include "monorepo-python-node.first" . }}
{{- $own := get .root.Values.components $first }}
serviceAccountName: {{ .name }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- if .track }}
terminationGracePeriodSeconds: 45
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .c.user | int }}
  runAsGroup: {{ .c.group | int }}
  fsGroup: {{ .c.group | int }}
  seccompProfile: {type: RuntimeDefault}
  {{- if and .track (lt (.c.port | default 1024 | int) 1024) }}
  {{- /* It listens below 1024 without being root; not every node allows that by itself. */}}
  sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "0"}]
  {{- end }}
{{- if .track }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        app.kubernetes.io/name: {{ $.name }}
        track: {{ $.track }}
  {{- end }}
{{- else }}
restartPolicy: Never
{{- end }}
containers:
  - name: {{ eq .track "" | ternary "migrate" .name }}
    image: {{ include "monorepo-python-node.image" (dict "image" $own.image "digest" .digest) | quote }}
    imagePullPolicy: IfNotPresent
    {{- with eq .track "" | ternary .c.migrate .c.command }}
    command: {{ toJson . }}
    {{- end }}
    {{- if and .c.port .track }}
    ports:
      - {name: http, containerPort: {{ .c.port | int }}, protocol: TCP}
    {{- end }}
    {{- if or (kindIs "map" $own.config) $own.secrets }}
    envFrom:
      {{- if kindIs "map" $own.config }}
      - configMapRef: {name: {{ $first }}-config}
      {{- end }}
      {{- if $own.secrets }}
      - secretRef: {name: {{ $first }}-secrets}
      {{- end }}
    {{- end }}
    {{- with $own.files }}
    env:
      {{- range .names }}
      - {name: {{ . }}, value: {{ $own.files.folder }}/{{ . }}}
      {{- end }}
    {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {drop: [ALL]}
    resources:
      {{- toYaml .c.resources | nindent 6 }}
    {{- if and .c.port .track }}
    {{- $asked := dict "tcpSocket" (dict "port" "http") }}
    {{- if .c.health }}
    {{- $asked = dict "httpGet" (dict "path" .c.health "port" "http") }}
    {{- end }}
    {{- $ready := $asked }}
    {{- with .c.ready }}
    {{- $ready = dict "httpGet" (dict "path" . "port" "http") }}
    {{- end }}
    {{- /* Two minutes to start; only then do the other two probes begin. */}}
    startupProbe:
      {{- merge (dict "periodSeconds" 5 "failureThreshold" 24) $asked | toYaml | nindent 6 }}
    readinessProbe:
      {{- merge (dict "periodSeconds" 5 "timeoutSeconds" 3 "failureThreshold" 3) $ready | toYaml | nindent 6 }}
    {{- /* Slower than readiness: a pod that is only busy is not restarted. */}}
    livenessProbe:
      {{- merge (dict "periodSeconds" 10 "timeoutSeconds" 5 "failureThreshold" 6) $asked | toYaml | nindent 6 }}
    {{- /* The load balancer learns that the pod goes before the process hears SIGTERM. */}}
    lifecycle:
      preStop:
        sleep: {seconds: 10}
    {{- end }}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
      {{- range $own.volumes }}
      - {name: {{ .name }}, mountPath: {{ .path }}}
      {{- end }}
      {{- with $own.files }}
      - {name: secret-files, mountPath: {{ .folder }}, readOnly: true}
      {{- end }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 128Mi}
  {{- range $own.volumes }}
  - name: {{ .name }}
    {{- if .claim }}
    persistentVolumeClaim: {claimName: {{ .claim }}}
    {{- else }}
    emptyDir: {sizeLimit: {{ .size }}}
    {{- end }}
  {{- end }}
  {{- with $own.files }}
  - name: secret-files
    secret:
      secretName: {{ $first }}-secrets
      items:
        {{- range .names }}
        - {key: {{ . }}, path: {{ . }}}
        {{- end }}
  {{- end }}
{{- end }}

{{- define "monorepo-python-node.egress" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
- to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/part-of: {{ $.root.Values.partOf }}
{{- with .c.egress }}
{{- /* Outside: HTTPS, and the ports of the services it needs. */}}
- ports:
    {{- range . }}
    - {port: {{ . | int }}, protocol: TCP}
    {{- end }}
{{- end }}
{{- end }}
