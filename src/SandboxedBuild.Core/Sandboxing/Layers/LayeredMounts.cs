using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The overlays of a step that has layers, as a table of fstab(5) for one mount(8): a process for each would cost more than all the rest
/// of a layer does. mount(2) takes 4096 bytes of options: names that are long all together, or have characters to which options and tables give a
/// meaning, have short links below the step's directory.
/// </summary>
internal static class LayeredMounts
{
    private const string TableFile = "mounts";
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The options that all overlays have; <see cref="OverlayMounts"/> tells the reasons.</summary>
    private const string Options = "noatime,userxattr,volatile,index=off,xino=off";

    /// <summary>From 2.39 on, mount(8) would hand options over by fsconfig(2), which takes 255 bytes of each.</summary>
    private const string Script = """
        ( cd step && export LIBMOUNT_FORCE_MOUNT2=always && exec "$1" -n -a -T mounts ) || exit
        shift 2
        exec "$@"
        """;

    /// <summary>Leaves enough of a page for all other options.</summary>
    private const int LongestPlain = 3000;

    /// <summary>The longest options that bwrap can hand over: a page, with the NUL.</summary>
    private const int LongestOptions = 4095;

    /// <summary>bwrap 0.12 does not say where.</summary>
    private const string Nameless = "overlay mount on (null) ";

    public static ImmutableArray<LayerMount> In(SandboxPlan plan) => [.. plan.Mounts.OfType<LayerMount>()];

    /// <summary>What stands in front of the program that is to see a step's overlays, layers and all; the overlay's directory is the current one.</summary>
    public static IEnumerable<string> Chain(SandboxPlan plan, Overlay overlay, HostTools tools) =>
        In(plan).IsEmpty ? OverlayMounts.Chain(overlay, tools) : [.. OverlayMounts.Namespaces(tools), tools.Shell, "-c", OverlayMounts.Beginning + Script, "sh", tools.Mount, "--"];

    /// <summary>Whether bwrap, which names all layers by their real paths, could mount the overlays of a step.</summary>
    public static bool CanBeOptions(SandboxPlan plan, Overlay overlay) =>
        In(plan).All(mount => LayerStorage.Of(overlay, mount) is var storage && 64 + mount.Layers.Append(storage.Upper).Append(storage.Work).Sum(Escaped) <= LongestOptions);

    /// <summary>Makes all places ready, and writes the table.</summary>
    public static void LayOut(SandboxPlan plan, Overlay overlay)
    {
        var layers = In(plan);
        if (layers.IsEmpty)
        {
            return;
        }

        var roots = overlay.Strategy.Mounts ? plan.Mounts.OfType<OverlayMount>().ToList() : [];
        foreach (var root in roots)
        {
            MountPointPlaces.LayOut(overlay.Roots[root.Number - 1], root);
        }

        foreach (var layer in layers)
        {
            LayerStorage.Of(overlay, layer).LayOut(layer);
        }

        var lines = roots.Select(root => RootLine(root, overlay)).Concat(layers.Select((layer, index) => LayerLine(layer, index + 1, overlay)));
        File.WriteAllText(Path.Combine(overlay.StepDirectory, TableFile), string.Concat(lines));
    }

    /// <summary>Which layers the kernel would not merge, by what mount(8) or bwrap said; null where it was not that.</summary>
    public static Diagnostic? WhyRefused(ImmutableArray<LayerMount> layers, Overlay overlay, string said) =>
        layers.FirstOrDefault(mount => said.Contains(LayerStorage.Of(overlay, mount).UpperName, StringComparison.Ordinal) || said.Contains($"overlay mount on /newroot{mount.Destination} ", StringComparison.Ordinal) || (layers.Length == 1 && said.Contains(Nameless, StringComparison.Ordinal))) is { } refused
            ? LayerDiagnostics.NotMounted(refused, string.Join(", ", refused.Layers.Where(Directory.Exists).Select(RefusingLayer.FilesystemOf).Distinct(StringComparer.Ordinal)), said)
            : null;

    private static string RootLine(OverlayMount mount, Overlay overlay)
    {
        var storage = overlay.Roots[mount.Number - 1].Storage;
        var name = $"../{Path.GetRelativePath(overlay.Directory, storage)}";
        if (!RealPath.IsAtOrBelow(storage, overlay.Directory))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"root{mount.Number}");
            Link(Path.Combine(overlay.StepDirectory, name), storage);
        }

        return Line($"{name}/merged", MountPointPlaces.LowerOf(mount, $"{name}/"), $"{name}/upper", $"{name}/work");
    }

    private static string LayerLine(LayerMount mount, int number, Overlay overlay)
    {
        var storage = LayerStorage.Of(overlay, mount);
        var (upper, work) = ($"../{storage.UpperName}", $"../{storage.WorkName}");
        if (mount.Layers.Sum(static layer => layer.Length + 1) < LongestPlain && mount.Layers.All(IsPlain))
        {
            return Line(upper, string.Join(':', mount.Layers), upper, work);
        }

        var name = number.ToString(CultureInfo.InvariantCulture);
        var links = Path.Combine(overlay.StepDirectory, name);
        TreeRemoval.Remove(links);
        Directory.CreateDirectory(links);
        var lower = new StringBuilder();
        for (var index = 0; index < mount.Layers.Length; index++)
        {
            var link = $"{Digits[index / Digits.Length]}{Digits[index % Digits.Length]}";
            File.CreateSymbolicLink(Path.Combine(links, link), mount.Layers[index]);
            lower.Append(index == 0 ? string.Empty : ":").Append(name).Append('/').Append(link);
        }

        return Line(upper, lower.ToString(), upper, work);
    }

    private static bool IsPlain(string path) => path.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '-' or '_' or '+');

    private static string Line(string merged, string lower, string upper, string work) => $"overlay {merged} overlay lowerdir={lower},upperdir={upper},workdir={work},{Options} 0 0\n";

    private static void Link(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    private static int Escaped(string path) => "/oldroot:".Length + Encoding.UTF8.GetByteCount(path) + path.Count(static character => character is ':' or ',' or '\\');
}
