"""Everything people read: prompts, standards, runbooks, templates, data and message catalogues."""
