"""Long calls on other machines: a replica queues them in PostgreSQL, workers carry them out."""
