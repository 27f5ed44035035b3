mock_provider "aws" {}

variables {
  name             = "shop-test"
  environment      = "test"
  account_id       = "111111111111"
  vpc_id           = "vpc-00000000000000000"
  network          = "10.16.0.0/16"
  subnet_id        = "subnet-00000000000000001"
  zone             = "eu-west-3a"
  instance_type    = "t3.small"
  data_gb          = 20
  backup_days      = 7
  domain_name      = "shop.example.com"
  routes           = { "/" = 8000 }
  files_bucket     = "shop-test-files-111111111111"
  files_bucket_arn = "arn:aws:s3:::shop-test-files-111111111111"
  kms_key_arn      = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  log_days         = 30
  public_address   = true
}

run "gives_its_credentials_against_a_token_alone" {
  command = plan

  assert {
    condition     = aws_launch_template.main.metadata_options[0].http_tokens == "required" && aws_launch_template.main.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "Ni une requête à l’ancienne ni un conteneur ne doit les obtenir."
  }
}

run "has_no_door_for_ssh" {
  command = plan

  assert {
    condition     = toset([for each in aws_vpc_security_group_ingress_rule.internet : each.from_port]) == toset([80, 443])
    error_message = "On entre par Systems Manager."
  }

  assert {
    condition     = aws_launch_template.main.key_name == null
    error_message = "Il ne doit exister aucune clé qui pourrait fuir."
  }
}

run "keeps_its_data_apart_encrypted_and_copied" {
  command = plan

  assert {
    condition     = aws_ebs_volume.data.encrypted && aws_ebs_volume.data.kms_key_id == var.kms_key_arn
    error_message = "Il doit être chiffré."
  }

  assert {
    condition     = aws_dlm_lifecycle_policy.data.policy_details[0].schedule[0].retain_rule[0].count == 7
    error_message = "Il doit y avoir un instantané de chaque nuit."
  }
}

run "is_patched" {
  command = plan

  assert {
    condition     = aws_ssm_association.patches.parameters.Operation == "Install"
    error_message = "Les mises à jour doivent être installées, pas seulement cherchées."
  }
}

run "stands_behind_a_load_balancer_when_there_is_one" {
  command = plan

  variables {
    public_address = false
    load_balancer = {
      listener_arn      = "arn:aws:elasticloadbalancing:eu-west-3:111111111111:listener/app/shop/1/2"
      security_group_id = "sg-00000000000000000"
    }
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.internet) == 0 && length(aws_eip.main) == 0
    error_message = "Il ne doit pas y avoir de seconde entrée."
  }
}
