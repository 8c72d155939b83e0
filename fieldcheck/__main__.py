"""``python -m fieldcheck``: the same as the ``fieldcheck`` command."""

from .cli import main

if __name__ == "__main__":
    main(prog_name="fieldcheck")
