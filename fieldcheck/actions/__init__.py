"""One verb, one file, one transaction. An action never imports another action."""
