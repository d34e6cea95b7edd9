"""Runs migrations on the application's own engine, with the framework's tables in the same metadata."""

from alembic import context
from flask import current_app

from app.models.types import Money, UtcDateTime
from app.tenancy.owner import as_owner

extension = current_app.extensions["migrate"]


def render_type(kind, value, autogen_context):
    """Write our own column types as what they are in the database: a migration outlives the code."""
    if kind != "type":
        return False
    if isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(value, Money):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def compare_type(_context, _column, _metadata_column, inspected, metadata):
    """SQLite keeps every whole number in the same kind of column."""
    if context.get_bind().dialect.name == "sqlite":
        return False
    return None if not isinstance(metadata, Money) else False


arguments = dict(extension.configure_args)
arguments.update(
    compare_type=compare_type,
    render_item=render_type,
    render_as_batch=True,
    # A table is locked no longer than its own migration takes, and what is done stays done.
    transaction_per_migration=True,
)
with as_owner() as connection:
    context.configure(connection=connection, target_metadata=extension.db.metadata, **arguments)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
