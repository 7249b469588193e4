#!/bin/sh
# Builds the library and prints where it is. Needs a stable Rust and nothing from the network.
set -e
here=$(cd "$(dirname "$0")" && pwd)
cargo build --release --offline --quiet --manifest-path "$here/Cargo.toml" --target-dir "$here/build"
echo "$here/build/release/libsmmu_sample.so"
