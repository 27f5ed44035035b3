"""Platforms that build the repository themselves: Vercel, Railway and Render, from the same brief."""
