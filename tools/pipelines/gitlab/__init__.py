"""GitLab CI: jobs as values, from the same brief and the same decisions as every other pipeline."""
