"""The card's standards and the field's, held against a whole repository."""
