"""One rule of the risk report per module; `registry.py` names them all."""
