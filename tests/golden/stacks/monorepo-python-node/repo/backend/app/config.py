from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    DOMAIN: str = "localhost"
    FIRST_SUPERUSER: str
    POSTGRES_PASSWORD: str = ""


settings = Settings()
