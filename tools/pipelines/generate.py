"""Every pipeline platform there is, one line each."""

from collections.abc import Callable

from tools.brief import Brief, PipelinePlatform
from tools.delivery import Delivery
from tools.pipelines import github_actions, gitlab_ci

PLATFORMS: dict[PipelinePlatform, Callable[[Brief], Delivery]] = {
    "github_actions": github_actions.generate,
    "gitlab_ci": gitlab_ci.generate,
}
