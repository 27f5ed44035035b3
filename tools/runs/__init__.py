"""Long calls that outlive a client's patience: kept as runs, followed and cancelled from anywhere."""
