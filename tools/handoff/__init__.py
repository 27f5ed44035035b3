"""The card's handoff protocol: what comes in, what goes out."""
