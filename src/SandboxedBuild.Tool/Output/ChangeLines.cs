using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tool.Output;

/// <summary>Change sets as lines.</summary>
internal static class ChangeLines
{
    /// <summary>The changes that are told to people, renames as one.</summary>
    public static List<Change> Told(this ChangeSet changes) => changes.Entries.Where(ChangeWords.IsTold).Select(ChangeSet.Report).ToList();

    /// <summary>One line a change, at most as many as are wanted; with several roots, a line before each root's.</summary>
    public static void Changes(this Printer printer, IReadOnlyCollection<Change> changes, IReadOnlyCollection<OverlayRoot> roots, int most = int.MaxValue)
    {
        OverlayRoot? root = null;
        foreach (var change in changes.Take(most))
        {
            if (roots.Count > 1 && change.Root != root)
            {
                root = change.Root;
                printer.Line($"  in {root.Path}:", Ink.Bold);
            }

            printer.Line(("  ", Ink.Plain), ($"{ChangeWords.Kind(change),-8}", ChangeWords.Ink(change)), ($"  {ChangeWords.Path(change)}{ChangeWords.Remark(change)}", Ink.Plain));
        }

        if (changes.Count > most)
        {
            printer.Line($"  and {changes.Count - most} more", Ink.Faint);
        }
    }
}
