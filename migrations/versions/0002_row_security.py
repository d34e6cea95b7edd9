"""Row security

What the second wall of PostgreSQL needs from the owner of the tables. The policies themselves are no
migration: app/tenancy/policies.py says what they are now, and each start makes them so.

Revision ID: 0002
Revises: 0001

"""

from alembic import op

from app.tenancy import row_security

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    # Colleagues' organizations aren't seen, but contacts are shared within an environment: this names
    # the organizations of one, by number only.
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    op.execute(
        f"""
        CREATE FUNCTION organizations_of(environment bigint) RETURNS SETOF bigint
        LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
        SET search_path = pg_catalog, pg_temp
        AS 'SELECT id FROM {schema}.organization WHERE environment_id = environment'
        """
    )
    op.execute("REVOKE ALL ON FUNCTION organizations_of(bigint) FROM PUBLIC")
    # A row may be changed by some and moved by nobody but the gate.
    op.execute(
        """
        CREATE FUNCTION stays_with_its_owner() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF row_security_active(TG_RELID)
                AND current_setting('app.reach', true) IS DISTINCT FROM 'everything'
            THEN
                RAISE EXCEPTION 'row-level security: a row of % does not move', TG_TABLE_NAME
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $body$
        """
    )


def downgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    row_security.remove(op.get_bind())
    op.execute("DROP FUNCTION organizations_of(bigint)")
    op.execute("DROP FUNCTION stays_with_its_owner()")
