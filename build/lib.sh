# What the commands beside this file share. Each sources it after `set -euo pipefail`; it leaves the current directory at the repository's root.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
repository=$PWD
packages=$repository/artifacts/packages

# No build server and no reused node: both would keep an older build of our task DLLs loaded.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

# Debian's ordinary users and `su` without a dash lack these.
PATH=$PATH:/usr/sbin:/sbin

# nuget.config names this directory, and restore fails where it is missing.
mkdir -p "$packages"

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "error: $*"
    exit 1
}

is_root() {
    [[ $(id -u) == 0 ]]
}

as_root() {
    if is_root; then
        "$@"
    elif command -v sudo > /dev/null; then
        say "+ sudo $*"
        sudo "$@"
    else
        fail "root is needed, and there is no sudo: run as root: $*"
    fi
}

package_manager() {
    local manager
    for manager in apt-get dnf pacman zypper apk; do
        if command -v "$manager" > /dev/null; then
            echo "$manager"
            return
        fi
    done
    fail "none of apt-get, dnf, pacman, zypper and apk is here: install the packages with these commands by hand: $*"
}

# The packages that hold a command; they are named alike nearly everywhere.
packages_with() { # packages_with MANAGER COMMAND
    case $2 in
        bwrap) echo bubblewrap ;;
        find) echo findutils ;;
        getfattr) echo attr ;;
        unshare | mount | flock | setpriv) if [[ $1 == apk ]]; then echo util-linux setpriv; else echo util-linux; fi ;;
        # With fonts: a page without letters has no sizes.
        chromium) if [[ $1 == apt-get ]]; then echo chromium fonts-dejavu-core; else echo chromium; fi ;;
        script) if [[ $1 == apt-get ]]; then echo bsdutils; else echo util-linux; fi ;;
        useradd) case $1 in apt-get) echo passwd ;; dnf) echo shadow-utils ;; *) echo shadow ;; esac ;;
        node) echo nodejs ;;
        sshfs) case $1 in apt-get) echo sshfs openssh-sftp-server ;; dnf) echo fuse-sshfs openssh-server ;; apk) echo sshfs openssh-sftp-server ;; *) echo sshfs openssh ;; esac ;;
        mkfs.xfs) echo xfsprogs ;;
        mkfs.btrfs) if [[ $1 == zypper ]]; then echo btrfsprogs; else echo btrfs-progs; fi ;;
        mkfs.ext4 | filefrag) if [[ $1 == apk ]]; then echo e2fsprogs e2fsprogs-extra; else echo e2fsprogs; fi ;;
        # The compiler alone does not bring the C headers.
        cc) case $1 in apt-get) echo gcc libc6-dev ;; dnf | zypper) echo gcc glibc-devel ;; apk) echo gcc musl-dev ;; *) echo gcc ;; esac ;;
        *) echo "$2" ;;
    esac
}

# Installs the distribution's packages for the commands that are missing, and says so.
need() { # need COMMAND...
    local wanted missing=() manager
    for wanted in "$@"; do
        command -v "$wanted" > /dev/null || missing+=("$wanted")
    done
    if [[ ${#missing[@]} == 0 ]]; then
        return
    fi

    manager=$(package_manager "${missing[@]}")
    local names=()
    for wanted in "${missing[@]}"; do
        read -ra found <<< "$(packages_with "$manager" "$wanted")"
        names+=("${found[@]}")
    done
    say "Missing here: ${missing[*]}. Installing from the distribution, with $manager: ${names[*]}"
    case $manager in
        apt-get)
            as_root apt-get update -qq || say "The package lists are not up to date; trying with those that are here."
            # Even -qq lets dpkg tell of every step.
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "${names[@]}" > /dev/null
            ;;
        dnf) as_root dnf install -y "${names[@]}" ;;
        pacman) as_root pacman -Sy --needed --noconfirm "${names[@]}" ;;
        zypper) as_root zypper --non-interactive install "${names[@]}" ;;
        apk) as_root apk add "${names[@]}" ;;
    esac >&2
}

need_dotnet() {
    command -v dotnet > /dev/null || fail "the .NET SDK is missing: install .NET SDK 10.0.400 or newer, https://dotnet.microsoft.com/download"
}
