using System.Collections.Immutable;
using System.Globalization;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>
/// The roots of an overlay as fuse-overlayfs merges them, in namespaces of their own. Its daemons live in a pid namespace whose first process waits for the end of
/// its standard input, which this process holds: however this one ends, the kernel ends them and takes the mounts down.
/// </summary>
internal sealed class FuseView : StepView
{
    /// <summary>Whoever is user 0 has fuse-overlayfs let everybody of its own user namespace look at the mount, and nobody outside of it.</summary>
    private const int NotRoot = 65534;

    /// <summary>
    /// The live tree is bound without what is mounted below it, which a daemon would show otherwise and overlayfs does not. The arguments: mount(8), pairs of root
    /// and storage, and the rest of the chain after two dashes.
    /// </summary>
    private const string Bind = """
        mount=$1
        shift
        while [ "$1" != -- ]; do
          "$mount" -n --bind -- "$1" "$2/lower" || exit
          shift 2
        done
        shift
        exec "$@"
        """;

    /// <summary>
    /// Every name in the options is a short one, free of the characters that they give a meaning to. volatile: what is caught need not survive a power failure before its
    /// commit. The daemon is in the background when its mount is there. /proc is the host's, so the number is the process as the host knows it.
    /// </summary>
    private const string Serve = """
        fuse=$1
        shift
        for storage; do
          ( cd "$storage" && exec "$fuse" -o lowerdir=lower,upperdir=upper,workdir=work,volatile merged ) || exit
        done
        read -r process rest < /proc/self/stat && echo "$process" && read -r end
        """;

    /// <summary>nsenter(1) leaves the directory that it is in.</summary>
    private const string Return = "cd \"$1\" || exit; shift; exec \"$@\"";

    private readonly Overlay _overlay;
    private readonly HeldProgram _daemons;
    private bool _isSettled;

    private FuseView(Overlay overlay, HostTools tools, HeldProgram daemons)
    {
        _overlay = overlay;
        _daemons = daemons;
        Enter =
        [
            tools.Fuse.Enter!, "--target", daemons.Said, "--mount", .. Caller.MayMount ? Array.Empty<string>() : ["--user", "--preserve-credentials"],
            "--", tools.Shell, "-c", Return, "sh", overlay.Directory,
        ];
    }

    /// <inheritdoc/>
    public override ImmutableArray<string> Enter { get; }

    /// <summary>Mounts the roots, and notes what is in them before the first step.</summary>
    /// <exception cref="SandboxException">That is not possible here: SBX1024 to SBX1026, SBX1003, SBX1008.</exception>
    public static FuseView Mount(Overlay overlay, HostTools tools)
    {
        var (fuse, _) = (tools.Fuse.FuseOverlay ?? throw FuseDiagnostics.Missing().AsException(), tools.Fuse.Enter ?? throw EnvironmentDiagnostics.ToolMissing("nsenter").AsException());
        IEnumerable<string> bind = [tools.Shell, "-c", Bind, "sh", tools.Mount, .. overlay.Roots.SelectMany(static root => new[] { root.Path, root.Storage }), "--"];
        IEnumerable<string> serve = [tools.Shell, "-c", Serve, "sh", fuse, .. overlay.Roots.Select(static root => root.Storage)];
        string[] line = [.. OverlayMounts.Namespaces(tools), "--pid", "--fork", "--kill-child=KILL", .. bind, .. Caller.MayMount ? [] : AsCaller(tools), .. serve];
        var daemons = HeldProgram.Start(line[0], line[1..], out var complaint) ?? throw FuseRefusal.Explain(overlay, tools, complaint).AsException();
        var view = new FuseView(overlay, tools, daemons);
        try
        {
            foreach (var root in overlay.Roots)
            {
                view.RequireLive(root);
                LiveIndex.Note(root);
                File.WriteAllBytes(TakenChanges.MarkOf(root), []);
            }
        }
        catch
        {
            view.Dispose();
            throw;
        }

        return view;
    }

    /// <inheritdoc/>
    public override void Settle()
    {
        if (_isSettled)
        {
            return;
        }

        _isSettled = true;
        foreach (var root in _overlay.Roots)
        {
            try
            {
                using var merged = Opening.Directory(Seen(root.Merged));
                MergedTaking.Run(root, merged);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw FuseDiagnostics.NotTaken(root.Path, e.Message).AsException();
            }
        }

        _daemons.Dispose();
        _overlay.Roots.ToList().ForEach(TakenChanges.Put);
    }

    /// <inheritdoc/>
    public override void Dispose() => _daemons.Dispose();

    /// <summary>A user namespace in the other, in which the caller is nobody special, but for what it takes to mount.</summary>
    private static IEnumerable<string> AsCaller(HostTools tools) =>
        [tools.Unshare, "--user", "--mount", $"--map-user={Number(Caller.Uid)}", $"--map-group={Number(Caller.Gid)}", "--keep-caps", "--"];

    private static string Number(uint id) => (Caller.IsRoot ? NotRoot : id).ToString(CultureInfo.InvariantCulture);

    /// <summary>A path as the daemons see it.</summary>
    private string Seen(string path) => $"/proc/{_daemons.Said}/root{path}";

    /// <summary>A step of another root may have put a symlink in the place of this one.</summary>
    private void RequireLive(OverlayRoot root)
    {
        using var lower = Opening.Directory(Seen(Path.Combine(root.Storage, "lower")));
        var stat = Stat.Of(lower);
        if ((stat.Device, stat.Inode) != (root.Device, root.Inode))
        {
            throw ChangeDiagnostics.RootReplaced(root.Path).AsException();
        }
    }
}
