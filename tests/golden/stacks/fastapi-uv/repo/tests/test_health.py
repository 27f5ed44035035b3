import os

from app.main import app

TEST_ONLY = os.environ.get("TEST_DATABASE_URL")


def test_health() -> None:
    assert app.title == "Orders"
