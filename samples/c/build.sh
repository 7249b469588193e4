#!/bin/sh
# Builds build/libsample.so, wherever it is called from. $CC and $CFLAGS are respected.
set -eu
cd "$(dirname "$0")"
mkdir -p build
${CC:-cc} -std=c99 -O2 -Wall -Wextra -Werror ${CFLAGS:-} -shared -fPIC -fvisibility=hidden \
    -I../../src/Driver/Adapters/Native -o build/libsample.so *.c
echo "built $(pwd)/build/libsample.so"
