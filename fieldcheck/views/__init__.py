"""HTTP only: read the request, call one action or one query, render."""
