#!/bin/sh
# Stands for the migrations of your application.
set -eu
: "${DATABASE_URL:?is not set}"
echo "The database is up to date."
