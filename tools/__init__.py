"""What a DevOps engineer does: one folder per capability."""
