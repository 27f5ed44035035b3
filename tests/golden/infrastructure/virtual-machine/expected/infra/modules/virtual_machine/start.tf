# Ce que fait la machine à son premier démarrage : volume, Docker avec Compose, et nginx devant les conteneurs.
locals {
  address  = var.load_balancer == null ? "aws ec2 associate-address --allocation-id ${aws_eip.main[0].id} --instance-id \"$instance\" --allow-reassociation" : "true"
  packages = var.load_balancer == null ? "nginx certbot python3-certbot-nginx" : "nginx"

  locations = join("\n  ", [for path, port in var.routes : "location ${path} { proxy_pass http://127.0.0.1:${port}; }"])

  # Derrière un répartiteur, c’est lui qui dit qui demande ; seule, la machine demande le certificat jusqu’à l’obtenir.
  certificate = var.load_balancer == null && var.domain_name != "_" ? "certbot --nginx --non-interactive --agree-tos --keep-until-expiring --register-unsafely-without-email --redirect --domain ${var.domain_name}" : "true"
  forwarded   = var.load_balancer == null ? "$scheme" : "https"
  client      = var.load_balancer == null ? "server_tokens off;" : "server_tokens off; set_real_ip_from ${var.network}; real_ip_header X-Forwarded-For;"

  start = <<-SH
    #!/bin/bash
    set -euo pipefail
    exec > >(tee /var/log/start.log) 2>&1
    export DEBIAN_FRONTEND=noninteractive AWS_DEFAULT_REGION=${data.aws_region.current.region}

    snap wait system seed.loaded
    snap install aws-cli --classic
    token="$(curl -sSf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)"
    instance="$(curl -sSf -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id)"
    ${local.address}

    # La machine d’avant tient peut-être encore le volume. Ce qui porte un système de fichiers n’est jamais formaté.
    until aws ec2 attach-volume --volume-id ${aws_ebs_volume.data.id} --instance-id "$instance" --device /dev/sdf; do sleep 10; done
    device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${replace(aws_ebs_volume.data.id, "-", "")}
    until [ -e "$device" ]; do sleep 2; done
    blkid "$device" || mkfs.ext4 -L data "$device"
    mkdir -p /data
    echo "LABEL=data /data ext4 defaults,nofail 0 2" >> /etc/fstab
    mount /data
    mkdir -p /data/docker /data/state /data/letsencrypt /etc/docker
    ln -sfn /data/letsencrypt /etc/letsencrypt

    # Les conteneurs, leurs volumes et leurs images sont dessus : la machine suivante continue avec.
    mkdir -p /etc/systemd/system/docker.service.d
    printf '[Unit]\nRequiresMountsFor=/data\n' > /etc/systemd/system/docker.service.d/data.conf
    echo '{"data-root": "/data/docker", "live-restore": true, "no-new-privileges": true}' > /etc/docker/daemon.json
    apt-get update -qq
    apt-get install -y -qq docker.io docker-compose-v2 jq ${local.packages}

    cat > /etc/nginx/sites-available/default <<'NGINX'
    server {
      listen 80 default_server;
      server_name ${var.domain_name};
      ${local.client}
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto ${local.forwarded};
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      ${local.locations}
    }
    NGINX
    nginx -t
    systemctl reload nginx
    until ${local.certificate}; do sleep 60; done
  SH
}
