"""Decisions that are not the agent's to take: who takes them, and how they hear of it."""
