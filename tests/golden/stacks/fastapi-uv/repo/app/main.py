"""Orders."""

from fastapi import FastAPI

from app.settings import Settings

settings = Settings()
app = FastAPI(title="Orders")


@app.get("/healthz")
async def health() -> dict[str, str]:
    return {"status": "ok"}
