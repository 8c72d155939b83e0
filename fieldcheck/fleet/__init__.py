"""A phone in Python: signs, seals and uploads exactly as the browser does. The fleet simulator grows from it."""
