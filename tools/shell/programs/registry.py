"""Which rules judge which program. A program that is not here is unknown, and a person decides."""

from collections.abc import Callable

from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.programs import (
    aws,
    clouds,
    containers,
    databases,
    git,
    infrastructure,
    kubernetes,
    network,
    packages,
    readers,
    search,
    shells,
    system,
    wrappers,
    writers,
)

Rules = Callable[[Call, str | None], list[Reason]]

_INTERPRETERS = (
    "python python2 python3 python3.10 python3.11 python3.12 python3.13 python3.14 pypy pypy3 perl ruby node nodejs php lua luajit tclsh expect osascript"
    " Rscript julia groovy scala java ghci runghc elixir erl iex swipl gawk-none ts-node jshell pwsh powershell irb ipython emacs nano"
)
_OTHER_PLATFORMS = "vercel railway render fly flyctl heroku doctl eksctl sam cdk copilot netlify wrangler firebase supabase ibmcloud oci scw ovhcloud linode-cli hcloud serverless sls amplify"
_IMAGES = "skopeo crane regctl dive trivy grype syft hadolint cosign buildah nerdctl ctr crictl kaniko ko oras buildctl lima colima"
_CLUSTERS = "kustomize stern kubectx kubens argocd flux kind minikube k3d k9s istioctl linkerd kubeseal kubeadm kubelet kubeconform kubeval kube-linter kube-score skaffold tilt helmfile velero kops rancher k3s etcdctl oc"
_CONFIGURATION = (
    "terragrunt ansible ansible-playbook ansible-galaxy ansible-vault ansible-lint ansible-inventory ansible-doc packer pulumi vault consul nomad tflint tfsec checkov"
    " terraform-docs infracost conftest opa sops age gpg gpg2 pass op bw security secret-tool lpass chamber aws-vault gopass puppet chef salt vagrant"
)

PROGRAMS: dict[str, Rules] = {
    **dict.fromkeys(readers.READERS, readers.reader),
    **dict.fromkeys(writers.WRITERS, writers.writer),
    "set": readers.set_builtin,
    "printf": readers.printf,
    "sort": readers.sort,
    "uniq": readers.sort,
    **dict.fromkeys(("rm", "shred", "srm"), writers.remove),
    **dict.fromkeys(("chmod", "chown"), writers.permissions),
    "dd": writers.dd,
    "find": search.find,
    **dict.fromkeys(("grep", "egrep", "fgrep", "rg", "ag", "ack", "fd", "fdfind"), search.grep),
    **dict.fromkeys(("sed", "gsed"), search.sed),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), search.awk),
    **dict.fromkeys(("jq", "gojq", "jaq"), search.jq),
    "yq": search.yq,
    **dict.fromkeys(("sh", "bash", "dash", "zsh", "ksh", "ash", "rbash", "fish", "mksh", "csh", "tcsh"), shells.shell),
    "eval": shells.evaluate,
    **dict.fromkeys(("source", "."), shells.source),
    "trap": shells.trap,
    **dict.fromkeys(_INTERPRETERS.split(), shells.interpreter),
    **dict.fromkeys(("vim", "vi", "nvim", "view", "ed", "ex"), shells.editor),
    "enable": shells.enable,
    **dict.fromkeys(("tmux", "screen", "dtach", "byobu", "zellij"), wrappers.terminals),
    **dict.fromkeys(wrappers.TRANSPARENT, wrappers.transparent),
    **dict.fromkeys(wrappers.OPAQUE, wrappers.opaque),
    **dict.fromkeys(wrappers.ELEVATING, wrappers.elevating),
    **dict.fromkeys(("ssh", "mosh", "autossh", "sshpass"), wrappers.ssh),
    "git": git.git,
    **dict.fromkeys(("gh", "glab"), git.hosts),
    **dict.fromkeys(("docker", "podman", "docker-compose"), containers.docker),
    **dict.fromkeys(_IMAGES.split(), containers.images),
    **dict.fromkeys(("kubectl", "k"), kubernetes.kubectl),
    "helm": kubernetes.helm,
    **dict.fromkeys(_CLUSTERS.split(), kubernetes.others),
    **dict.fromkeys(("terraform", "tofu"), infrastructure.terraform),
    **dict.fromkeys(_CONFIGURATION.split(), infrastructure.others),
    "aws": aws.aws,
    **dict.fromkeys(("gcloud", "gsutil", "bq"), clouds.gcloud),
    "az": clouds.az,
    **dict.fromkeys(_OTHER_PLATFORMS.split(), clouds.others),
    **dict.fromkeys(packages.READS, packages.manager),
    **dict.fromkeys(packages.RUNNERS, packages.runner),
    **dict.fromkeys(
        ("curl", "wget", "http", "https", "xh", "aria2c", "curlie", "grpcurl", "websocat", "lynx", "links", "w3m"),
        network.client,
    ),
    **dict.fromkeys(("nc", "ncat", "netcat", "socat", "telnet", "cryptcat", "pwncat"), network.raw),
    **dict.fromkeys(
        (
            "dig",
            "host",
            "nslookup",
            "drill",
            "ping",
            "ping6",
            "traceroute",
            "tracepath",
            "mtr",
            "whois",
            "nmap",
            "arping",
            "fping",
        ),
        network.lookup,
    ),
    **dict.fromkeys(
        ("scp", "sftp", "ftp", "lftp", "rclone", "tftp", "croc", "magic-wormhole", "wormhole", "s3cmd", "mc", "azcopy"),
        network.transfer,
    ),
    **dict.fromkeys(
        ("ssh-keygen", "ssh-add", "ssh-agent", "ssh-copy-id", "openssl", "certbot", "keytool", "certutil", "step"),
        network.keys,
    ),
    **dict.fromkeys(("systemctl", "service"), system.systemctl),
    "ps": system.processes,
    **dict.fromkeys(system.LOOKS, system.looks),
    **dict.fromkeys(("kill", "pkill", "killall", "skill"), system.kill),
    "crontab": system.crontab,
    "printenv": system.printenv,
    "alias": shells.alias,
    **dict.fromkeys(("history", "fc"), system.history),
    **dict.fromkeys(system.DESTROYS, system.destroys),
    **dict.fromkeys(system.PRIVILEGES, system.privileged),
    **dict.fromkeys(("tar", "gtar", "bsdtar", "unzip"), system.archive),
    **dict.fromkeys(("psql", "mysql", "mariadb"), databases.sql),
    "sqlite3": databases.sqlite,
    **dict.fromkeys(("redis-cli", "valkey-cli"), databases.redis),
    **dict.fromkeys(
        (
            "mongosh",
            "mongo",
            "pg_dump",
            "pg_dumpall",
            "pg_restore",
            "mysqldump",
            "mysqladmin",
            "cqlsh",
            "influx",
            "pg_isready",
            "createdb",
            "dropdb",
            "mongodump",
        ),
        databases.others,
    ),
    "astreinte": system.guard,
    **dict.fromkeys(network.CREDENTIAL_HELPERS, network.credentials),
}
