# The tests of control groups of version 2, for the long run of the tests where version 1 has the host's controllers: in a user-mode Linux, a kernel that
# is a process of the host's and shows its files (https://docs.kernel.org/virt/uml/user_mode_linux_howto_v2.html). Sourced by `test`, after lib.sh.

control_groups=$repository/artifacts/control-groups

has_control_groups() {
    grep -qsw memory /sys/fs/cgroup/cgroup.controllers
}

# Leaves the results of root and of the ordinary user, who has a delegated group, in $control_groups.
test_control_groups() {
    if ! command -v linux.uml > /dev/null; then
        command -v apt-get > /dev/null || return 1
        say "Installing user-mode-linux."
        apt-get install -qq --no-install-recommends -y user-mode-linux > /dev/null || return 1
    fi
    rm -rf "$control_groups"
    mkdir -p "$control_groups"
    truncate -s 4G "$control_groups/disk"
    mkfs.ext4 -q -F "$control_groups/disk"

    # What is no option of the kernel's is a variable of the first process.
    timeout 1800 linux.uml mem=4G rootfstype=hostfs rootflags=/ ro quiet init="$repository/build/user-mode-linux-init" \
        ubd0="$control_groups/disk" con=null con0=null,fd:1 dotnet="$(dirname "$(command -v dotnet)")" repository="$repository" ordinary_user="$ordinary_user" ordinary_dotnet="$ordinary_dotnet" ordinary_repository="$ordinary_tree/repository" \
        > "$control_groups/console" 2>&1 < /dev/null || true
    rm "$control_groups/disk"
    cat "$control_groups/root.log" "$control_groups/user.log" || say "It did not come to its end; what it said is in $control_groups/console."
}
