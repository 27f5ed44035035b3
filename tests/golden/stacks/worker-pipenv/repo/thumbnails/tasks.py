import boto3
from celery import Celery
from decouple import config

app = Celery("thumbnails", broker=config("BROKER_URL", default="amqp://guest@localhost//"))
BUCKET = config("BUCKET_NAME")
WIDTH = config("THUMBNAIL_WIDTH", default=320, cast=int)


@app.task
def shrink(key: str) -> None:
    boto3.client("s3").get_object(Bucket=BUCKET, Key=key)
