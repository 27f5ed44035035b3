"""Database migrations: what each operation does to the version that is running, and whether it can be taken back."""
