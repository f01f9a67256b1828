using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// A plan as two scripts of sh, for the first process of the sandbox's namespaces. The first one makes the view with all rights over these
/// namespaces, looks whether it is what was planned, and gives the rights up; the second one runs the command and waits for it.
/// </summary>
internal static partial class NamespaceScript
{
    /// <summary>Where the new root is put together, in the step's directory.</summary>
    public const string NewRoot = "root";

    /// <summary>The file in the step's directory with the number of its first process as the host knows it.</summary>
    public const string FirstProcess = "first";

    /// <summary>Variables that a shell does not let anybody set, or sets itself while it runs: these go to the command through env(1).</summary>
    private static readonly ImmutableArray<string> s_shellsOwn = ["UID", "EUID", "PPID", "BASHOPTS", "SHELLOPTS", "BASH_VERSINFO", "IFS", "_", "PWD", "OLDPWD"];

    /// <summary>
    /// /proc is the host's until the end, so the first number is the process as the host knows it. A mount point is made in directories of the
    /// sandbox's own only, never in a tree that is shown in it, where a step may have left a symlink (CVE-2026-87766). What is mounted is looked up in the
    /// kernel's list afterwards: a mount that went elsewhere, or one that was not planned, ends the setup. The status must not block: the command can fill the pipe.
    /// </summary>
    private const string Beginning = """
        umask 022
        read -r process rest < /proc/self/stat && echo "$process" > step/first || exit
        dd if=/dev/null oflag=nonblock status=none >&4 || exit
        newline='
        '
        wanted=
        fail() { echo "$1" >&2; exit 1; }
        mount() { "$mount" -n -i -c "$@" || exit; }
        at() { wanted="$wanted$1$newline"; shift; mount "$@"; }
        dir() { [ -d "$1" ] || mkdir -p -- "$1" || exit; }
        file() { [ -e "$1" ] || { mkdir -p -- "${1%/*}" && : > "$1"; } || exit; }

        """;

    /// <summary>A loopback device is down at first, and sysfs can change that without any program for networks.</summary>
    private const string Loopback = """
        if "$mount" -n -i -c -t sysfs sysfs step/root 2> /dev/null; then
          echo 1 > step/root/class/net/lo/flags || exit
          "$umount" -n -i -c step/root || exit
        else
          ip link set lo up || exit
        fi

        """;

    private const string Devices = """
        dir ./dev
        at /dev -t tmpfs -o mode=755,nosuid,noexec tmpfs ./dev
        for device in null zero full random urandom tty; do
          : > ./dev/$device
          at /dev/$device --bind -o ro,nosuid,noexec /dev/$device ./dev/$device
        done
        mkdir ./dev/pts ./dev/shm || exit
        at /dev/pts -t devpts -o newinstance,ptmxmode=0666,mode=620,nosuid,noexec devpts ./dev/pts
        at /dev/shm -t tmpfs -o mode=1777,nosuid,nodev tmpfs ./dev/shm
        ln -s pts/ptmx ./dev/ptmx && ln -s /proc/self/fd ./dev/fd && ln -s fd/0 ./dev/stdin && ln -s fd/1 ./dev/stdout && ln -s fd/2 ./dev/stderr || exit

        """;

    /// <summary>The old root is put on top of the new one, and taken off: nothing of it is left in the namespace.</summary>
    private const string Pivot = """
        mount -o remount,bind,ro,nosuid,noexec tmpfs "$PWD/dev"
        mount -o remount,bind,ro,nosuid,nodev tmpfs "$PWD"
        "$pivot" . . && "$umount" -n -i -c -l . && cd / || exit
        seen=$newline
        while read -r id parent device top point options rest; do
          seen="$seen$point$newline"
          case "${options%%,*} $point" in

        """;

    private const string Check = """
            ) ;;
            *) fail "something is mounted that was not planned: $point ($options)" ;;
          esac
        done < /proc/self/mountinfo
        set -f
        IFS=$newline
        for point in $wanted; do
          case $seen in *"$newline$point$newline"*) ;; *) fail "the mount on $point went elsewhere: a symlink leads there, or what was there has been replaced meanwhile" ;; esac
        done
        printf '{ "child-pid": %s }\n' "$process" >&4

        """;

    /// <summary>
    /// Reads the second script to its end before it begins. While a shell reads a file, the command could reach it through /proc/1/fd, and write to it.
    /// </summary>
    private const string Second = "script=$(cat <&3) && exec 3<&- 6<&- && eval \"$script\"";

    /// <summary>The first script.</summary>
    public static byte[] Outside(SandboxPlan plan, Overlay overlay, MountTable host, NamespaceTools tools)
    {
        var script = new StringBuilder($"mount={Quote(tools.Mount)} umount={Quote(tools.Inner.Unmount)} pivot={Quote(tools.PivotRoot)}\n").Append(Beginning);
        script.Append(plan.Network == NetworkAccess.None ? Loopback : string.Empty);
        script.Append("\"$mount\" -n -i -c -t tmpfs -o mode=755,nosuid,nodev tmpfs step/root && cd step/root || exit\n");
        var view = new NamespaceView(overlay, host);
        plan.Mounts.ToList().ForEach(mount => script.Append(mount is DevMount ? Devices : string.Empty).Append(view.Add(mount)));
        script.Append(view.Links).Append(Pivot).Append("    ").AppendJoin('|', view.Expected).Append(Check);
        script.Append("exec ").AppendJoin(' ', GiveUp(plan.Identity, tools.Inner).Select(Quote)).Append('\n');
        return Encoding.UTF8.GetBytes(script.ToString());
    }

    /// <summary>
    /// The second script, which nobody else can read, for values of variables may be secrets. The shell stays, as the first process, which takes
    /// over orphans, and whose end is that of all others.
    /// </summary>
    public static byte[] Inside(SandboxPlan plan)
    {
        var byShell = plan.Environment.Where(static variable => IsName().IsMatch(variable.Key) && !s_shellsOwn.Contains(variable.Key, StringComparer.Ordinal)).ToList();
        var byProgram = plan.Environment.Except(byShell).Select(static variable => $"{variable.Key}={variable.Value}").ToList();
        string[] command = byProgram.Count == 0 ? [.. plan.Command] : ["/usr/bin/env", .. byProgram, .. plan.Command];
        var script = new StringBuilder("unset script\n");
        script.Append(CultureInfo.InvariantCulture, $"cd -- {Quote(plan.WorkingDirectory)} || exit\n");
        script.Append(CultureInfo.InvariantCulture, $"unset OLDPWD SHLVL PATH LC_ALL {SetupProcesses.Variable}\n");
        byShell.ForEach(variable => script.Append(CultureInfo.InvariantCulture, $"export {variable.Key}={Quote(variable.Value)}\n"));
        script.Append(CultureInfo.InvariantCulture, $"command -v -- {Quote(plan.Command[0])} > /dev/null || {{ echo {Quote(plan.Command[0] + ": not found")} >&2; exit 127; }}\n");
        script.Append("exec 7>&2 2> /dev/null\n( exec 2>&7 4>&- 7>&-; exec ").AppendJoin(' ', command.Select(Quote)).Append(" )\n");
        script.Append("""
            code=$?
            printf '{ "exit-code": %d }\n' "$code" >&4
            exit "$code"

            """);
        return Encoding.UTF8.GetBytes(script.ToString());
    }

    /// <summary>
    /// A session of its own: no characters pushed into the user's terminal (TIOCSTI, CVE-2017-5226). Then the rights that are left, and no way to more.
    /// Mounts, and all else in the namespaces, belong to the user namespace outside of the one that the command is in.
    /// </summary>
    private static IEnumerable<string> GiveUp(SandboxIdentity identity, InnerTools tools)
    {
        var kept = string.Concat(identity.Capabilities.Select(static capability => $",+{capability["CAP_".Length..].ToLowerInvariant()}"));
        return
        [
            tools.SetSession,
            .. identity.UserNamespace ? [tools.Unshare, "--user", $"--map-user={identity.Uid}", $"--map-group={identity.Gid}", "--keep-caps"] : Array.Empty<string>(),
            tools.SetPrivileges, "--bounding-set=-all" + kept, "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--pdeathsig=KILL",
            tools.Shell, "-c", Second,
        ];
    }

    internal static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsName();
}
