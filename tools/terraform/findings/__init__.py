"""One finding of the inspection per module; `registry.py` names them all."""
