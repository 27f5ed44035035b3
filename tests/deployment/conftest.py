"""The private engine of the containers' tests, for what is deployed on it."""

from tests.containers.conftest import engine, running_engine

__all__ = ["engine", "running_engine"]
