#!/bin/bash
# PostgreSQL runs this once, while its folder is new: a database and a role each for Airflow and for the store, and a role
# that can only read the store. Passwords come from the very file with which the services sign in.
set -euo pipefail

password_of() { awk -F: -v role="$1" '$4 == role { print $5 }' "$PGPASSFILE"; }
AIRFLOW_PASSWORD="$(password_of airflow)"
STORE_PASSWORD="$(password_of cchc)"
READER_PASSWORD="$(password_of cchc_doc)"
export AIRFLOW_PASSWORD STORE_PASSWORD READER_PASSWORD

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv airflow_password AIRFLOW_PASSWORD
\getenv store_password STORE_PASSWORD
\getenv reader_password READER_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE DATABASE airflow OWNER airflow;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;

CREATE ROLE cchc LOGIN PASSWORD :'store_password';
CREATE DATABASE cchc OWNER cchc;
REVOKE ALL ON DATABASE cchc FROM PUBLIC;

CREATE ROLE cchc_doc LOGIN PASSWORD :'reader_password';
ALTER ROLE cchc_doc SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE cchc TO cchc_doc;
\connect cchc
ALTER SCHEMA public OWNER TO cchc;
GRANT USAGE ON SCHEMA public TO cchc_doc;
-- The audit looks through the pages; only amcheck's functions are there yet.
CREATE EXTENSION amcheck;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO cchc;
ALTER DEFAULT PRIVILEGES FOR ROLE cchc IN SCHEMA public GRANT SELECT ON TABLES TO cchc_doc;
SQL
