"""The one configuration every value type shares: frozen, and unknown fields are errors."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value; a misspelt field is an error, never silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
