from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORDERS_", env_file=".env")

    database_url: str
    redis_url: str = "redis://localhost:6379/0"
    page_size: int = 50
    payment_token: SecretStr
    log_level: str = Field(default="INFO", validation_alias="LOG_LEVEL")
