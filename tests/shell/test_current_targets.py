"""What a command with credentials acts on: as it is named, and as it is current."""

from pathlib import Path

import pytest

from tools.shell.current_targets import acts_on
from tools.shell.facts import Facts
from tools.shell.grants import Access


def _on(home: Path, command: str = "make", *access: Access, **environment: str) -> tuple[str, ...]:
    return acts_on(command, Facts(str(home), "", str(home)), access, environment)


def test_without_credentials_and_names_it_acts_on_nothing_beyond(tmp_path: Path) -> None:
    assert _on(tmp_path) == ()


def test_the_first_file_that_says_it_chooses_the_cluster(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("clusters: [{name: k, cluster: {server: https://one}}]\n")
    (tmp_path / "b").write_text(
        "current-context: live\ncontexts: [{name: live, context: {cluster: k, namespace: shop}}]\n"
        "clusters: [{name: k, cluster: {server: https://two}}]\n"
    )
    (tmp_path / "c").write_text("current-context: other\n")
    paths = ":".join(str(tmp_path / name) for name in "abc")
    assert _on(tmp_path, "make", "kubernetes", KUBECONFIG=paths) == ("kube_context:live https://one shop",)


@pytest.mark.parametrize("text", ["", "[", "- a", "current-context: [x]\ncontexts: 3\n", "a: &x [*x]", "\x00"])
def test_a_broken_configuration_is_an_unknown_target_and_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube/config").write_text(text)
    assert len(_on(tmp_path, "make", "kubernetes")) == 1


def test_the_current_account_project_subscription_and_workspace(tmp_path: Path) -> None:
    for path, text in {
        ".aws/config": "[profile live]\nrole_arn = arn:aws:iam::123456789012:role/ops\nregion = eu-west-3\n",
        ".config/gcloud/active_config": "shop\n",
        ".config/gcloud/configurations/config_shop": "[core]\nproject = shop-live\n",
        ".azure/azureProfile.json": '\ufeff{"subscriptions": [{"id": "s-1"}, {"id": "s-2", "isDefault": true}]}',
        ".terraform/environment": "live",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert _on(tmp_path, "make", "aws", "gcp", "azure", AWS_PROFILE="live") == (
        "aws_profile:live arn:aws:iam::123456789012:role/ops eu-west-3",
        "gcp_project:shop-live",
        "azure_subscription:s-2",
        "terraform_workspace:live",
    )


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("kubectl --context prod get pods", "kube_context:prod"),
        ("sudo kubectl --context='prod' delete pod x", "kube_context:prod"),
        ("helm --kube-context prod list", "kube_context:prod"),
        ("AWS_PROFILE=live aws s3 ls", "aws_profile:live"),
        ("export TF_WORKSPACE=live; terraform plan", "terraform_workspace:live"),
        ("gcloud --project p run list", "gcp_project:p"),
        ("docker -H ssh://box ps", "docker_host:ssh://box"),
        ("kubectl --context $(cat x) get pods", "kube_context:?"),
    ],
)
def test_a_target_that_is_named_counts(tmp_path: Path, command: str, target: str) -> None:
    assert target in _on(tmp_path, command)


def test_an_option_of_another_program_names_nothing(tmp_path: Path) -> None:
    assert _on(tmp_path, "grep --context 3 x file") == ()
