using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The overlays of a step's layers, as lines of the table of all of its mounts. mount(2) takes 4096 bytes of options: names that are long all together, or have characters to which
/// options and tables give a meaning, have short links below the step's directory.
/// </summary>
internal static class LayeredMounts
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Leaves enough of a page for all other options.</summary>
    private const int LongestPlain = 3000;

    /// <summary>The longest options that bwrap can hand over: a page, with the NUL.</summary>
    private const int LongestOptions = 4095;

    /// <summary>bwrap 0.12 does not say where.</summary>
    private const string Nameless = "overlay mount on (null) ";

    public static ImmutableArray<LayerMount> In(SandboxPlan plan) => [.. plan.Mounts.OfType<LayerMount>()];

    /// <summary>Whether bwrap, which names all layers by their real paths, could mount the overlays of a step.</summary>
    public static bool CanBeOptions(SandboxPlan plan, Overlay overlay) =>
        In(plan).All(mount => LayerStorage.Of(overlay, mount) is var storage && 64 + mount.Layers.Append(storage.Upper).Append(storage.Work).Sum(Escaped) <= LongestOptions);

    /// <summary>Makes all places ready.</summary>
    public static void LayOut(SandboxPlan plan, Overlay overlay)
    {
        var layers = In(plan);
        if (overlay.Strategy.Mounts && !layers.IsEmpty)
        {
            foreach (var root in plan.Mounts.OfType<OverlayMount>())
            {
                MountPointPlaces.LayOut(overlay.Roots[root.Number - 1], root);
            }
        }

        foreach (var layer in layers)
        {
            LayerStorage.Of(overlay, layer).LayOut(layer);
        }
    }

    /// <summary>The lines, from inside of the step's directory, where links are made for names that cannot stand in them.</summary>
    public static IEnumerable<string> Lines(SandboxPlan plan, Overlay overlay) => In(plan).Select((layer, index) => Line(layer, index + 1, overlay));

    /// <summary>Which layers the kernel would not merge, by what mount(8) or bwrap said; null where it was not that.</summary>
    public static Diagnostic? WhyRefused(ImmutableArray<LayerMount> layers, Overlay overlay, string said) =>
        layers.FirstOrDefault(mount => said.Contains(LayerStorage.Of(overlay, mount).UpperName, StringComparison.Ordinal) || said.Contains($"overlay mount on /newroot{mount.Destination} ", StringComparison.Ordinal) || (layers.Length == 1 && said.Contains(Nameless, StringComparison.Ordinal))) is { } refused
            ? LayerDiagnostics.NotMounted(refused, string.Join(", ", refused.Layers.Where(Directory.Exists).Select(RefusingLayer.FilesystemOf).Distinct(StringComparer.Ordinal)), said)
            : null;

    private static string Line(LayerMount mount, int number, Overlay overlay)
    {
        var storage = LayerStorage.Of(overlay, mount);
        var (upper, work) = ($"../{storage.UpperName}", $"../{storage.WorkName}");
        if (mount.Layers.Sum(static layer => layer.Length + 1) < LongestPlain && mount.Layers.All(OverlayMounts.IsPlain))
        {
            return OverlayMounts.Line(upper, string.Join(':', mount.Layers), upper, work);
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

        return OverlayMounts.Line(upper, lower.ToString(), upper, work);
    }

    private static int Escaped(string path) => "/oldroot:".Length + Encoding.UTF8.GetByteCount(path) + path.Count(static character => character is ':' or ',' or '\\');
}
