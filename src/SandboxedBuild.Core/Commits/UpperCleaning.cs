using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// Makes the upper entries fit for the live tree before any of them moves: without overlayfs's marks, without setuid and setgid.
/// </summary>
internal static class UpperCleaning
{
    private const uint SetIdBits = 0xc00;
    private const uint OwnerWrite = 0x80;

    public static IEnumerable<Diagnostic> Run(CommitPlan plan, ImmutableArray<(OverlayRoot Root, BytePath Path)> residue, bool allowSetId)
    {
        var warnings = new List<Diagnostic>();
        if (plan.Committed.Where(static change => change.BreaksLinks).ToList() is { Count: > 0 } parted)
        {
            warnings.Add(ChangeDiagnostics.LinksBroken(parted));
        }

        foreach (var group in plan.Committed.Where(static change => change.Upper is not null).GroupBy(static change => change.Root))
        {
            using var upper = Opening.Directory(group.Key.Upper);
            foreach (var change in group)
            {
                if (change.HasOverlayAttributes && change is not { Kind: ChangeKind.Metadata, Type: EntryType.Directory })
                {
                    DropOverlayAttributes(upper, change);
                }

                if (!allowSetId && GainsSetId(change))
                {
                    using var parent = Opening.Directory(upper, change.UpperPath.Parent);
                    Ownership.SetMode(parent, change.UpperPath.Name, change.Mode & ~SetIdBits);
                    warnings.Add(ChangeDiagnostics.SetIdDropped(change));
                }
            }

            foreach (var (_, path) in residue.Where(entry => entry.Root == group.Key))
            {
                using var parent = Opening.Directory(upper, path.Parent);
                var modified = Stat.Of(parent).Modified;
                TreeRemoval.Remove(parent, path.Name);
                Ownership.SetModified(parent, default, modified);
            }
        }

        return warnings;
    }

    /// <summary>A change as it is committed.</summary>
    public static Change Cleaned(Change change) => GainsSetId(change) ? change with { Upper = change.Upper!.Value with { Mode = change.Mode & ~SetIdBits } } : change;

    /// <summary>Whether a program would newly run with its owner's rights. A directory's setgid bit only hands its group on.</summary>
    private static bool GainsSetId(Change change) =>
        change is { Type: EntryType.File, Kind: not ChangeKind.Deleted }
        && (change.Mode & SetIdBits) != 0
        && !(change.Kind == ChangeKind.Metadata && (change.Live!.Value.Mode & SetIdBits) == (change.Mode & SetIdBits));

    private static void DropOverlayAttributes(Descriptor upper, Change change)
    {
        using var parent = Opening.Directory(upper, change.UpperPath.Parent);
        var name = change.UpperPath.Name;
        var mode = change.Mode;

        // user.* attributes can be changed only where the file itself may be written to (xattr(7)).
        var shut = (mode & OwnerWrite) == 0;
        if (shut)
        {
            Ownership.SetMode(parent, name, mode | OwnerWrite);
        }

        foreach (var attribute in Attributes.Names(parent, name).Where(static attribute => attribute.AsSpan().StartsWith(Attributes.OverlayPrefix)))
        {
            Attributes.Drop(parent, name, attribute);
        }

        if (shut)
        {
            Ownership.SetMode(parent, name, mode);
        }
    }
}
