"""One door per danger: paths, processes, secrets, policy, approvals and the journal."""
