"""The shop: a small API that the stories bring into production and keep there."""

PROGRAM = '''"""The shop's prices."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

CURRENCY = os.environ.get("CURRENCY", "EUR")


async def health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def prices(_request: Request) -> JSONResponse:
    return JSONResponse({"apple": 3, "currency": CURRENCY})


app = Starlette(routes=[Route("/healthz", health), Route("/prices", prices)])
'''
TEST = """from starlette.testclient import TestClient

from shop.main import app


def test_it_is_healthy():
    assert TestClient(app).get("/healthz").json() == {"status": "ok"}
"""
FILES = {
    ".gitignore": "__pycache__/\n*.tfstate*\n.terraform/\n.env\n",
    ".python-version": "3.13\n",
    "Procfile": "web: uvicorn shop.main:app --host 0.0.0.0 --port ${PORT:-8000}\n",
    "requirements-dev.txt": "-r requirements.txt\nhttpx==0.28.1\npytest==9.0.1\n",
    "requirements.txt": "starlette==0.50.0\nuvicorn==0.38.0\n",
    "shop/__init__.py": "",
    "shop/main.py": PROGRAM,
    "tests/test_main.py": TEST,
}

SERVER = """\
resource "aws_instance" "shop" {{
  ami           = "{release}"
  instance_type = "t4g.small"
}}
"""
DATABASE = """\
resource "aws_db_instance" "orders" {{
  identifier          = "orders"
  engine              = "{engine}"
  instance_class      = "db.t4g.micro"
  deletion_protection = false
  skip_final_snapshot = true
}}
"""


def brief(port: int) -> str:
    """devops.yaml of a shop that is in production."""
    return (
        "version: 1\nservice: shop\ncontext:\n  components:\n    - path: .\n      health_path: /healthz\n"
        "  environments:\n    - name: prod\n"
        f"      url: http://127.0.0.1:{port}\n"
        "deliverables: [pipeline, runbooks]\n"
    )
