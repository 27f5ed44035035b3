"""The card's file tools, confined to the workspace."""
