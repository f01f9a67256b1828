using System.Globalization;
using System.Text;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>A plan in the words of bwrap(1).</summary>
internal static class BubblewrapArguments
{
    /// <summary>The options, each followed by a NUL, as <c>--args FD</c> reads them: nothing of them shows in the process list.</summary>
    /// <param name="plan">What to set up.</param>
    /// <param name="overlay">Where the roots' overlays are kept.</param>
    /// <param name="mountsOverlays">Whether bwrap mounts the overlays itself; else they are mounted already.</param>
    public static byte[] For(SandboxPlan plan, Overlay overlay, bool mountsOverlays)
    {
        var arguments = new List<string>
        {
            "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",

            // Without it the sandbox would live on when the build is killed.
            "--die-with-parent",

            // A terminal of its own: no characters pushed into the user's (TIOCSTI, CVE-2017-5226).
            "--new-session",
            "--cap-drop", "ALL",
        };
        arguments.AddRange(plan.Identity.Capabilities.SelectMany(static capability => new[] { "--cap-add", capability }));
        arguments.AddRange(plan.Identity.UserNamespace ? ["--unshare-user", "--uid", Number(plan.Identity.Uid), "--gid", Number(plan.Identity.Gid)] : []);
        arguments.AddRange(plan.Network == NetworkAccess.None ? ["--unshare-net"] : []);
        arguments.AddRange(plan.Mounts.SelectMany(mount => Words(mount, overlay, mountsOverlays)));

        // Last: mount points are made until here. A write beside them must fail and not vanish.
        arguments.AddRange(["--remount-ro", "/", "--clearenv"]);
        arguments.AddRange(plan.Environment.SelectMany(static variable => new[] { "--setenv", variable.Key, variable.Value }));
        arguments.AddRange(["--chdir", plan.WorkingDirectory]);
        return Encoding.UTF8.GetBytes(string.Concat(arguments.Select(static argument => argument + "\0")));
    }

    private static string[] Words(Mount mount, Overlay overlay, bool mountsOverlays) => mount switch
    {
        BindMount { Writable: true } bind => ["--bind", bind.Source, bind.Destination],
        BindMount bind => [bind.IsOptional ? "--ro-bind-try" : "--ro-bind", bind.Source, bind.Destination],
        OverlayMount root when mountsOverlays && overlay.Strategy.Mounts => OverlayWords(overlay.Roots[root.Number - 1], root),
        OverlayMount root => ["--bind", overlay.Strategy.Shown(overlay.Roots[root.Number - 1]), root.Destination],
        LayerMount layer when mountsOverlays => LayerWords(LayerStorage.Of(overlay, layer), layer),
        LayerMount layer => ["--bind", LayerStorage.Of(overlay, layer).Merged, layer.Destination],
        EmptyDirectory { Writable: true } directory => ["--perms", Octal(directory.Mode), "--tmpfs", directory.Destination],
        EmptyDirectory directory => ["--perms", Octal(directory.Mode), "--tmpfs", directory.Destination, "--remount-ro", directory.Destination],
        EmptyFile file => ["--ro-bind", Path.Combine(overlay.StepDirectory, StepLaunch.EmptyFile), file.Destination],
        LinkMount link => ["--symlink", link.Target, link.Destination],
        ProcMount => ["--proc", "/proc"],
        DevMount => ["--dev", "/dev"],
        _ => throw new ArgumentException($"no words for {mount}", nameof(mount)),
    };

    private static string[] OverlayWords(OverlayRoot root, OverlayMount mount) =>
        [.. mount.MountPoints.IsEmpty ? [] : new[] { "--overlay-src", MountPointPlaces.Of(root) }, "--overlay-src", root.Path, "--overlay", root.Upper, root.Work, root.Path];

    /// <summary>bwrap wants the lowest layer first.</summary>
    private static string[] LayerWords(LayerStorage storage, LayerMount mount) =>
        [.. mount.Layers.Reverse().SelectMany(static layer => new[] { "--overlay-src", layer }), "--overlay", storage.Upper, storage.Work, mount.Destination];

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
}
