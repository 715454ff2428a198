#!/bin/sh
# Makes public/, which is served. Stands for the build of your application.
set -eu
mkdir -p public
sed "s/@YEAR@/$(date +%Y)/" page.html > public/index.html
