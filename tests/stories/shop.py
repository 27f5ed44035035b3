"""The shop: a small API that the stories bring into production and keep there; `docs/examples/shop` is the same."""

from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/examples/shop"
FILES = {
    path.relative_to(EXAMPLE).as_posix(): path.read_text()
    for path in sorted(EXAMPLE.rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
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
