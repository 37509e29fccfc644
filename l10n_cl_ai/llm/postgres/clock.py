"""The server's clock in SQL. It is read when an expression is evaluated, so after a wait for a row's lock."""

#: Microseconds since 1970, bigint. A double holds them exactly, and is quicker than the numeric of `extract`.
NOW_US = "(date_part('epoch', clock_timestamp()) * 1000000)::bigint"
#: As Odoo keeps times: UTC, without time zone.
NOW_UTC = "(clock_timestamp() AT TIME ZONE 'UTC')"
