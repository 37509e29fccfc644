"""The server's clock in SQL. It is read when an expression is evaluated, so after a wait for a row's lock."""

#: Microseconds since 1970, bigint.
NOW_US = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
#: As Odoo keeps times: UTC, without time zone.
NOW_UTC = "(clock_timestamp() AT TIME ZONE 'UTC')"
