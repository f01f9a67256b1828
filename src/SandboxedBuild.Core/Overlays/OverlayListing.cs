using System.Collections.Immutable;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Overlays;

/// <summary>Which overlays there are, and which of them somebody means.</summary>
public static class OverlayListing
{
    /// <summary>Where the random part of an id begins, after the time.</summary>
    private const int RandomPart = 17;

    /// <summary>This user's overlays and backups, the oldest first.</summary>
    public static ImmutableArray<OverlaySummary> List(this OverlayStore store) =>
    [
        .. store.Candidates().SelectMany(StateDirectories.In)
            .Concat(Backups.All(store.Candidates()))
            .Where(static path => OverlayId.Is(Path.GetFileName(path)) && OverlayStore.IsOwn(path))
            .Select(Summary)
            .OfType<OverlaySummary>()
            .DistinctBy(static overlay => overlay.Id, StringComparer.Ordinal)
            .OrderBy(static overlay => overlay.Created),
    ];

    /// <summary>The overlay that an id means, which may be shortened, as may be its random part alone.</summary>
    /// <exception cref="SandboxException">None is meant, or several are.</exception>
    public static OverlaySummary Find(this OverlayStore store, string text)
    {
        var meant = store.List().Where(overlay => text.Length > 0 && (Starts(overlay.Id, text) || Starts(overlay.Id[RandomPart..], text))).ToList();
        return meant.Count switch
        {
            0 => throw InputDiagnostics.UnknownOverlay(text, store.Candidates()).AsException(),
            1 => meant[0],
            _ => throw InputDiagnostics.AmbiguousOverlay(text, meant.Select(static overlay => overlay.Id)).AsException(),
        };
    }

    private static bool Starts(string id, string text) => id.StartsWith(text, StringComparison.OrdinalIgnoreCase);

    private static OverlaySummary? Summary(string path)
    {
        try
        {
            var directory = RealPath.OfDirectory(path);
            return OverlayManifest.Of(directory) is { } manifest && manifest.Id == Path.GetFileName(path)
                ? new(manifest.Id, DateTimeOffset.UnixEpoch.AddTicks(manifest.Marker / 100), StateOf(directory), directory, manifest.Roots)
                : null;
        }
        catch (IOException)
        {
            // It is being removed at this moment.
            return null;
        }
    }

    private static OverlayState StateOf(string directory)
    {
        using var owner = FileLock.TryTake(Path.Combine(directory, Overlay.OwnerFile), create: false, shared: true);
        return owner is null ? OverlayState.InUse
            : CommitJournal.IsOpen(directory) ? OverlayState.CutOff
            : CommitJournal.IsDone(directory) ? OverlayState.Committed
            : File.Exists(Path.Combine(directory, Overlay.HeldFile)) ? OverlayState.Held
            : OverlayState.Abandoned;
    }
}
