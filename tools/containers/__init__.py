"""Images and their orchestration on one machine, generated from the brief."""
