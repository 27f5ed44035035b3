"""The rules of the programs: one module per family, one explicit registry."""
