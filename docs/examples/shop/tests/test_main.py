from starlette.testclient import TestClient

from shop.main import app


def test_it_is_healthy():
    assert TestClient(app).get("/healthz").json() == {"status": "ok"}
