#!/bin/sh
# Builds libmy-driver.so beside this file.
set -e
cd "$(dirname "$0")"
${CC:-cc} -std=c99 -O2 -g -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o libmy-driver.so *.c
