"""The only floor with SQL: one module per noun, literal SQL, one write transaction (``database.write``)."""
