#!/bin/sh
# The first start of the database: an owner that migrates, and a role that the site runs as.
# Neither is a superuser, and row security holds for both.
set -eu
psql --no-psqlrc -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" <<'SQL'
CREATE ROLE previsit_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner';
CREATE ROLE previsit_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app';
CREATE DATABASE previsit OWNER previsit_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE previsit FROM PUBLIC;
GRANT CONNECT ON DATABASE previsit TO previsit_app;
SQL
