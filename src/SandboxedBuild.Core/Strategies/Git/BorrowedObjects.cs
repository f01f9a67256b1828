using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>The object directories of the live repository that the steps' repository has in its alternates, as they are noted in the storage.</summary>
internal static class BorrowedObjects
{
    private const string FileName = "borrowed";

    /// <summary>Where a step sees them: beside everything else, where no step has ever written.</summary>
    public static string PlaceOf(OverlayRoot root, int number) => string.Create(CultureInfo.InvariantCulture, $"/.sandboxed-build-objects-{root.Number}-{number}");

    /// <summary>Notes them in the order of their numbers, which begin with 1.</summary>
    public static void Write(OverlayRoot root, IEnumerable<string> sources) =>
        File.WriteAllBytes(FileOf(root), Encoding.UTF8.GetBytes(string.Concat(sources.Select(static source => source + "\0"))));

    /// <summary>What lets a step read them.</summary>
    public static ImmutableArray<BindMount> MountsOf(OverlayRoot root) =>
        [.. File.ReadAllText(FileOf(root)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select((source, index) => new BindMount(source, PlaceOf(root, index + 1)))];

    /// <summary>Nobody needs them any more.</summary>
    public static void Forget(OverlayRoot root) => File.Delete(FileOf(root));

    private static string FileOf(OverlayRoot root) => Path.Combine(root.Storage, FileName);
}
