"""Pure decisions of the inspection: no disk, no SQL, no clock. Sources: ``docs/inspection-rules.md``."""
