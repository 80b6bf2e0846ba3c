"""The JSON API, version 1. What it promises to programs: docs/reference/api.md."""
