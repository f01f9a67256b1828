using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tool.Output;

/// <summary>Change sets as lines.</summary>
internal static class ChangeLines
{
    /// <summary>The changes that are told to people, renames as one.</summary>
    public static List<Change> Told(this ChangeSet changes) => changes.Entries.Where(ChangeWords.IsTold).Select(ChangeSet.Report).ToList();

    /// <summary>
    /// One line a change; with several roots, a line before each root's. Of more than are wanted, only protected ones are told, and of these
    /// no more than as many again.
    /// </summary>
    public static void Changes(this Printer printer, IReadOnlyCollection<Change> changes, IReadOnlyCollection<OverlayRoot> roots, ProtectedMarks marks, int most = int.MaxValue)
    {
        OverlayRoot? root = null;
        var lines = changes.Count <= most ? changes : [.. changes.Take(most), .. changes.Skip(most).Where(change => marks.Why(change) is not null).Take(most)];
        foreach (var change in lines)
        {
            if (roots.Count > 1 && change.Root != root)
            {
                root = change.Root;
                printer.Line($"  in {root.Path}:", Ink.Bold);
            }

            (string Text, Ink Ink)[] parts = [("  ", Ink.Plain), ($"{ChangeWords.Kind(change),-8}", ChangeInks.For(change)), ($"  {ChangeWords.Path(change)}{ChangeWords.Remark(change)}", Ink.Plain)];
            printer.Line(marks.Why(change) is { } why ? [.. parts, ($"  protected: {why}", Ink.Red)] : parts);
        }

        if (changes.Count > lines.Count)
        {
            printer.Line($"  and {changes.Count - lines.Count} more", Ink.Faint);
        }
    }
}
