#!/bin/sh
# select.sh WORDS SELECTED: keeps the words of six letters, sorted.
set -eu
grep -x '.\{6\}' "$1" | LC_ALL=C sort > "$2"
