#!/bin/sh
# generate.sh WORDS SOURCE: writes a C# class that holds the words.
set -eu
mkdir -p "$(dirname "$2")"
{
    echo 'internal static class Words'
    echo '{'
    echo '    public static readonly string[] All ='
    echo '    ['
    sed 's/.*/        "&",/' "$1"
    echo '    ];'
    echo '}'
} > "$2"
