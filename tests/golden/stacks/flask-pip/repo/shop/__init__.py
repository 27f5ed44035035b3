import os

from flask import Flask


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["SQLALCHEMY_DATABASE_URI"] = os.getenv(
        "DATABASE_URL", "mysql+pymysql://shop@localhost/shop"
    )
    app.config["ITEMS_PER_PAGE"] = int(os.environ.get("ITEMS_PER_PAGE", 20))
    return app
