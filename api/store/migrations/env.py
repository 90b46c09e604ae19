"""Run by Alembic: migrates over the connection that `api.store.connection` opened, inside its transaction."""

from __future__ import annotations

from alembic import context

from api.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
