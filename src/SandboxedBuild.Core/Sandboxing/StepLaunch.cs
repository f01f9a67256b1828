using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// A plan made ready to run over an overlay: one program to start, with its arguments, by whoever reads its output. Every program of
/// the chain replaces the one before, so that the process that is started is bwrap in the end.
/// </summary>
public sealed class StepLaunch : IDisposable
{
    /// <summary>
    /// The watch, then the descriptors: 3 bwrap's options, 4 its status, 5 the command's standard error while 2 takes the setup's, 6 the filter of system calls.
    /// The watch waits for the end of the step, which holds a lock as long as it lives. If the overlay's owner is still there, all is well; if not, it was killed, and
    /// the state goes, with whatever of the chain has not yet reached the point where it dies with its parent.
    /// </summary>
    private const string Start = """
        cd "$1" || exit
        clean() { while [ "$1" != -- ]; do chmod -R u+rwX -- "$1"; rm -rf -- "$1" || return; shift; done; }
        (
          "$2" 6 && exec 6<&- && "$2" -s -w 2 7 && [ ! -e held ] && [ ! -e commit.json ] && [ ! -e commit.done.new ] || exit
          [ "/proc/$$/cwd" -ef . ] && kill -KILL $$
          shift 2
          for attempt in 1 2 3 4 5; do clean "$@" && exit; sleep 0.2; done
        ) 6<step/alive 7<owner </dev/null >/dev/null 2>&1 &
        while [ "$1" != -- ]; do shift; done
        shift
        exec 3<step/arguments 4>step/status 5>&2 6<step/filter 2>step/errors </dev/null
        exec "$@"
        """;

    /// <summary>
    /// Mounts each overlay from inside its storage, where every name is short and free of the characters that mount options give a
    /// meaning to. volatile: what is caught need not survive a power failure before its commit, which makes names durable, not yet contents. noatime:
    /// by its atime a copy is told from a new file (OtherNames). index and xino off: warnings in the kernel's log otherwise (bubblewrap#783).
    /// </summary>
    private const string MountOverlays = """
        mount=$1
        shift
        while [ "$1" != -- ]; do
          ( cd "$1" && exec "$mount" -n -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,noatime,userxattr,volatile,index=off,xino=off merged ) || exit
          shift
        done
        shift
        exec "$@"
        """;

    /// <summary>What is shown in place of a hidden file; /dev/null could not be opened on a mount without devices.</summary>
    internal const string EmptyFile = "empty";

    /// <summary>How long the kernel may take to end what is left in the sandbox after its first process.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The command can reach the setup's standard error through the first process inside, and write there what it likes.</summary>
    private const int LongestErrors = 16 * 1024;

    private static readonly ImmutableArray<byte>? s_filter = SystemCallFilter.For(RuntimeInformation.OSArchitecture);

    private readonly Overlay _overlay;
    private readonly FileLock _alive;
    private readonly Fifo _errors;
    private string? _said;

    private StepLaunch(Overlay overlay, FileLock alive, Fifo errors, string program, ImmutableArray<string> arguments)
    {
        _overlay = overlay;
        _alive = alive;
        _errors = errors;
        Program = program;
        Arguments = arguments;
    }

    /// <summary>The program to start.</summary>
    public string Program { get; }

    /// <summary>Its arguments.</summary>
    public ImmutableArray<string> Arguments { get; }

    /// <summary>The environment to start it with; the command's own is in the plan.</summary>
    public static ImmutableDictionary<string, string> Environment { get; } =
        ImmutableDictionary<string, string>.Empty.Add("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").Add("LC_ALL", "C");

    /// <summary>Writes the files of the step and makes the command line. The caller has the overlay's turn.</summary>
    public static StepLaunch Prepare(SandboxPlan plan, Overlay overlay, HostTools tools)
    {
        overlay.Roots.ToList().ForEach(static root => root.OpenLive().Dispose());
        foreach (var root in overlay.Roots)
        {
            // Overlayfs wants it empty, and a volatile mount leaves a mark in it that refuses the next one.
            TreeRemoval.Remove(root.Work);
            Directory.CreateDirectory(root.Work);
        }

        File.WriteAllBytes(Path.Combine(overlay.StepDirectory, "arguments"), BubblewrapArguments.For(plan, overlay, tools.MountsOverlays));
        File.WriteAllBytes(Path.Combine(overlay.StepDirectory, "filter"), s_filter is { } filter ? ImmutableCollectionsMarshal.AsArray(filter)! : []);
        File.WriteAllBytes(Path.Combine(overlay.StepDirectory, EmptyFile), []);
        File.Delete(Path.Combine(overlay.StepDirectory, "status"));

        var errors = Fifo.Make(overlay.StepDirectory, "errors");

        // The watch of the step before may hold it for the moment that it takes to see that all is well.
        using var patience = new CancellationTokenSource(s_patience);
        var alive = FileLock.Take(Path.Combine(overlay.StepDirectory, "alive"), patience.Token);
        return new(overlay, alive, errors, tools.Shell, ["-c", Start, "sh", overlay.Directory, tools.Lock, .. overlay.Leftovers, "--", .. Chain(plan, overlay, tools)]);
    }

    /// <summary>
    /// What became of the step, after its program has ended or was killed: when this returns, nothing of it runs any more, for the
    /// first process of a pid namespace goes last (pid_namespaces(7)).
    /// </summary>
    /// <param name="exitCode">
    /// With which the program has ended. bwrap hands the command's on; its status file only says that there was one, for in the moment in
    /// which the first process inside starts, the command can write to it.
    /// </param>
    public StepStatus Finish(int exitCode)
    {
        _said ??= Encoding.UTF8.GetString(_errors.Read(LongestErrors)).Trim();
        var status = StepStatus.Read(Path.Combine(_overlay.StepDirectory, "status"), _said);
        return status.FirstProcess is { } first && !ProcessEnd.WaitFor(first, s_patience)
            ? throw Diagnostics.ExecutionDiagnostics.ProcessesOutliveSandbox(first).AsException()
            : status.ExitCode is null ? status : status with { ExitCode = exitCode };
    }

    /// <summary>Says that the step is over.</summary>
    public void Dispose()
    {
        _errors.Dispose();
        _alive.Dispose();
    }

    /// <summary>The part of the chain that mounts the overlays alone, in front of some other program.</summary>
    internal static IEnumerable<string> Mounting(Overlay overlay, HostTools tools) =>
        [.. Namespaces(tools), tools.Shell, "-c", MountOverlays, "sh", tools.Mount, .. overlay.Roots.Select(static root => root.Storage), "--"];

    /// <summary>
    /// The namespaces in which overlays may be mounted. A root that may mount needs no user namespace, and must not have one: files of users that it
    /// does not map could not be written.
    /// </summary>
    internal static IEnumerable<string> Namespaces(HostTools tools) =>
        Caller.MayMount ? [tools.Unshare, "--mount"] : [tools.Unshare, "--user", "--map-root-user", "--mount"];

    private static IEnumerable<string> Chain(SandboxPlan plan, Overlay overlay, HostTools tools) =>
    [
        .. tools.MountsOverlays ? [] : Mounting(overlay, tools),
        tools.Bubblewrap, "--args", "3", "--json-status-fd", "4", .. s_filter is null ? [] : new[] { "--seccomp", "6" }, "--", .. plan.Command,
    ];
}
