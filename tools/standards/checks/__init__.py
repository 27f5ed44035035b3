"""One standard a module; each says what it saw and what mends it."""
