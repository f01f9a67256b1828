# An unprivileged user for the tests of root: made for one run, with a copy of the built tree that it may read and write, and removed
# with all that it has left. Sourced by `test`, after lib.sh.

ordinary_user=sbxtest
ordinary_tree=

as_ordinary_user() {
    (
        cd "$ordinary_tree/repository"
        # Nothing of root's environment: tests have to do with what an ordinary user gets.
        with_fuse setpriv --reuid="$ordinary_user" --regid="$ordinary_user" --init-groups \
            env -i \
            HOME="$ordinary_tree/home" TMPDIR="$ordinary_tree/tmp" USER="$ordinary_user" LOGNAME="$ordinary_user" \
            PATH="$ordinary_dotnet:/usr/local/bin:/usr/bin:/bin" LANG=C.UTF-8 CI="${CI-}" \
            DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 \
            SANDBOXEDBUILD_LONG="${SANDBOXEDBUILD_LONG-}" \
            SANDBOXEDBUILD_PACKAGES="$ordinary_tree/repository/artifacts/packages" \
            "$@" < /dev/null
    )
}

# Where /dev/fuse is root's alone, the user's tests get one of their own, in a mount namespace of theirs; the host's stays as it is.
with_fuse() {
    if [[ ! -e /dev/fuse ]] || setpriv --reuid="$ordinary_user" --regid="$ordinary_user" --init-groups test -w /dev/fuse; then
        "$@"
    else
        mkdir -p "$ordinary_tree/dev"
        unshare --mount sh -ec 'mount -t tmpfs none "$1"; mknod -m 666 "$1/fuse" c 10 229; mount --bind "$1/fuse" /dev/fuse; umount -l "$1"; shift; exec "$@"' sh "$ordinary_tree/dev" "$@"
    fi
}

make_ordinary_user() {
    # A run that was killed may have left it.
    if id "$ordinary_user" > /dev/null 2>&1; then
        userdel "$ordinary_user"
    fi
    trap remove_ordinary_user EXIT
    ordinary_tree=$(mktemp -d "${TMPDIR:-/tmp}/sandboxedbuild-test-XXXXXX")
    mkdir "$ordinary_tree"/{home,tmp,repository}
    useradd --no-create-home --home-dir "$ordinary_tree/home" --user-group "$ordinary_user"

    tar --exclude=./.git --exclude=./artifacts/demo --exclude=./artifacts/test-results -cf - . | tar -xf - -C "$ordinary_tree/repository"
    share_dotnet
    chown -R "$ordinary_user:$ordinary_user" "$ordinary_tree"
    chmod 755 "$ordinary_tree"
}

# An SDK in root's home is closed to others: then the user gets a copy.
share_dotnet() {
    ordinary_dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    if ! setpriv --reuid="$ordinary_user" --regid="$ordinary_user" --init-groups test -x "$ordinary_dotnet/dotnet"; then
        cp -a --reflink=auto "$ordinary_dotnet" "$ordinary_tree/dotnet"
        ordinary_dotnet=$ordinary_tree/dotnet
    fi
}

remove_ordinary_user() {
    if id "$ordinary_user" > /dev/null 2>&1; then
        # What its tests have left running, and nothing else: a signal of this user's reaches no other process.
        setpriv --reuid="$ordinary_user" --regid="$ordinary_user" --clear-groups bash -c 'kill -KILL -1' > /dev/null 2>&1 || true
        userdel "$ordinary_user" > /dev/null 2>&1 || say "The user $ordinary_user could not be removed; try: userdel $ordinary_user"
    fi
    if [[ -n $ordinary_tree ]]; then
        rm -rf --one-file-system -- "$ordinary_tree"
    fi
}
