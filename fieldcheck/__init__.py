"""fieldcheck: covert village inspections (暗访), recorded offline, proven on a map.

Start reading at ``docs/architecture.md``; the protocol itself lives beside this package in ``sync``.
"""

__version__ = "0.1.0"
