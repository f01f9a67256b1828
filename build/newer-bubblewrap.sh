# A bubblewrap that mounts overlays itself (0.11 and later), for the long run of the tests where the distribution has an older one: Debian 13's, with
# its own C library, unpacked below artifacts/ and not installed. Sourced by `test`, after lib.sh.

newer_bubblewrap=$repository/artifacts/newer-bubblewrap

mounts_overlays() { # mounts_overlays BWRAP
    "$1" --help 2>&1 | grep -q -e --overlay-src
}

get_newer_bubblewrap() {
    local site directory package
    if mounts_overlays "$newer_bubblewrap/bwrap" 2> /dev/null; then
        return
    fi
    { command -v apt-get && command -v dpkg-deb; } > /dev/null || return 1

    say "Getting Debian 13's bubblewrap, with its libraries; nothing of it is installed."
    rm -rf "$newer_bubblewrap"
    directory=$newer_bubblewrap/apt
    mkdir -p "$directory"/{lists,cache/archives}/partial "$newer_bubblewrap/tree"
    site=$(apt-get indextargets --format '$(ORIGIN) $(SITE)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" > "$directory/sources.list"
    (
        cd "$directory"
        set -- -qq -o Dir::Etc::sourcelist="$directory/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$directory/lists" -o Dir::Cache="$directory/cache" -o APT::Sandbox::User=
        apt-get "$@" update && apt-get "$@" download bubblewrap libc6 libcap2 libselinux1 libpcre2-8-0
    ) || return 1
    for package in "$directory"/*.deb; do
        dpkg-deb --extract "$package" "$newer_bubblewrap/tree"
    done
    rm -r "$directory"
    cat > "$newer_bubblewrap/bwrap" <<'EOF'
#!/bin/sh
# Debian 13's bwrap, on Debian 13's C library.
tree=${0%/*}/tree
for loader in "$tree"/usr/lib/*/ld-linux*.so.*; do
    exec "$loader" --library-path "${loader%/*}" "$tree/usr/bin/bwrap" "$@"
done
EOF
    chmod 755 "$newer_bubblewrap/bwrap"
    mounts_overlays "$newer_bubblewrap/bwrap"
}
