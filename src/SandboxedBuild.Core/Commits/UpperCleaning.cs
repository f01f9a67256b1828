using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// Makes the upper entries fit for the live tree before any of them moves: without overlayfs's marks, without setuid and setgid. Only a file
/// that is a changed copy of the live one keeps its mark until its own step (<see cref="JournalEntry.HasOrigin"/>): that saves a walk.
/// </summary>
internal static class UpperCleaning
{
    public static IEnumerable<Diagnostic> Run(CommitPlan plan, ImmutableArray<(OverlayRoot Root, BytePath Path)> residue, bool allowSetId)
    {
        var warnings = new List<Diagnostic>();
        if (plan.Notable.Where(static change => change.BreaksLinks).ToList() is { Count: > 0 } parted)
        {
            warnings.Add(ChangeDiagnostics.LinksBroken(parted));
        }

        using (var upper = new WorkRoots(static root => Opening.Directory(root.Upper)))
        {
            foreach (var change in plan.Notable.Where(change => (change.HasOverlayAttributes && !change.LosesOriginOnTheWay) || (!allowSetId && GainsSetId(change))))
            {
                Clean(change, upper[change.Root], allowSetId, warnings);
            }
        }

        foreach (var (root, path) in residue)
        {
            using var upper = Opening.Directory(root.Upper);
            using var parent = Opening.Directory(upper, path.Parent);
            var modified = Stat.Of(parent).Modified;
            TreeRemoval.Remove(parent, path.Name);
            Ownership.SetModified(parent, default, modified);
        }

        return warnings;
    }

    /// <summary>A change as it is committed.</summary>
    public static Change Cleaned(Change change) => GainsSetId(change) ? change with { Upper = change.Upper!.Value with { Mode = change.Mode & ~Change.SetIdBits } } : change;

    /// <summary>Whether a program would newly run with its owner's rights. A directory's setgid bit only hands its group on.</summary>
    internal static bool GainsSetId(Change change) =>
        change is { Type: EntryType.File, Kind: not ChangeKind.Deleted }
        && change.HasSetId
        && !(change.Kind == ChangeKind.Metadata && (change.Live!.Value.Mode & Change.SetIdBits) == (change.Mode & Change.SetIdBits));

    private static void Clean(Change change, WorkDirectories upper, bool allowSetId, List<Diagnostic> warnings)
    {
        var parent = upper.TryAround(change.UpperPath) ?? throw new SystemCallException("openat2", change.UpperPath.ToString(), Errno.NotFound);
        if (change.HasOverlayAttributes && change is not { Kind: ChangeKind.Metadata, Type: EntryType.Directory })
        {
            DropOverlayAttributes(parent, change);
        }

        if (!allowSetId && GainsSetId(change))
        {
            Ownership.SetMode(parent, change.UpperPath.Name, change.Mode & ~Change.SetIdBits);
            warnings.Add(ChangeDiagnostics.SetIdDropped(change));
        }
    }

    private static void DropOverlayAttributes(Descriptor parent, Change change)
    {
        var name = change.UpperPath.Name;
        if (change.Marks == OverlayMarks.Origin)
        {
            Attributes.Drop(parent, name, Attributes.Origin);
            return;
        }

        foreach (var attribute in Attributes.Names(parent, name).Where(static attribute => attribute.AsSpan().StartsWith(Attributes.OverlayPrefix)))
        {
            Attributes.Drop(parent, name, attribute);
        }
    }
}
