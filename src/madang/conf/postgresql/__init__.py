"""Django's PostgreSQL engine, which knows for a moment that its server is away."""
