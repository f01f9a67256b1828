using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// The steps of a commit that found all of them done: what is live has arrived, and what was before lies in the upper directory, as if it had been
/// put there by these very steps. So an undo takes them back like any others.
/// </summary>
internal static class AcceptedSteps
{
    public static ImmutableArray<JournalEntry> Of(CommitPlan plan, CommitSites sites)
    {
        var entries = new List<JournalEntry>(plan.Operations.Length);
        var copies = new Dictionary<int, TreeCopy>();
        foreach (var operation in plan.Operations)
        {
            var change = operation.Change;
            var site = sites[change.Root.Number];
            if (!copies.TryGetValue(change.Root.Number, out var copy))
            {
                copies[change.Root.Number] = copy = new(site.Yard, []);
            }

            entries.Add(Of(operation.Action, change, site, copy, entries.Count));
        }

        return [.. entries, .. CommitPreparation.Touched(entries, sites)];
    }

    /// <summary>Puts what was written over where a commit would have taken it from. Cut off before that, an undo says that it was changed since.</summary>
    public static void Settle(CommitJournal journal, CommitSites sites)
    {
        var copies = new Dictionary<int, TreeCopy>();
        foreach (var entry in journal.Entries.Where(static entry => entry.Action == CommitAction.Overwrite))
        {
            var (path, site) = (entry.Path, sites[entry.Root]);
            if (!copies.TryGetValue(entry.Root, out var copy))
            {
                copies[entry.Root] = copy = new(site.Yard, [], "now");
            }

            using var upper = Opening.Directory(site.Upper, path.Parent);
            using var live = Opening.Directory(site.Live, path.Parent);
            var before = EntryMetadata.Of(upper, default);
            using var held = ShutEntries.Hold(upper, default, ShutEntries.Read | ShutEntries.Write | ShutEntries.Search);
            TreeRemoval.Remove(upper, path.Name);
            copy.Add(live, path.Name, upper, path.Name);
            Ownership.SetModified(upper, default, before.Modified);
        }
    }

    private static JournalEntry Of(CommitAction action, Change change, CommitSite site, TreeCopy copy, int number)
    {
        var entry = new JournalEntry(action, change.Root.Number, change.Path, change.Upper?.Inode ?? 0, change.Live?.Inode ?? 0, change.Live?.Size ?? 0, change.Live?.Modified ?? 0, change.Live?.Changed ?? 0);
        switch (action)
        {
            case CommitAction.Exchange when change.IsWrittenOver || site.IsMountPoint(change.Upper!.Value):
                var place = number.ToString(CultureInfo.InvariantCulture);
                using (var parent = Opening.Directory(site.Upper, change.Path.Parent))
                {
                    copy.Add(parent, change.Path.Name, site.Yard, Encoding.ASCII.GetBytes(place));
                }

                return entry with { Action = CommitAction.Overwrite, Arriving = 0, Leaving = entry.Arriving, Place = place };
            case CommitAction.SetMetadata:
                using (var upper = Opening.Directory(site.Upper, change.Path.Parent))
                using (var live = Opening.Directory(site.Live, change.Path.Parent))
                {
                    return entry with { Before = EntryMetadata.Of(upper, change.Path.Name), After = EntryMetadata.Of(live, change.Path.Name) };
                }

            case CommitAction.MoveIn:
                // The directory that it came with may be somebody else's by now, and has no place among what was before.
                using (var upper = Opening.TryDirectory(site.Upper, change.Path.Parent))
                {
                    return upper is null ? entry with { Place = number.ToString(CultureInfo.InvariantCulture) } : entry;
                }

            default:
                return action == CommitAction.Exchange ? entry with { ArrivingTime = CommitPreparation.TimeOf(change.Upper), LeavingTime = CommitPreparation.TimeOf(change.Live) } : entry;
        }
    }
}
