using System.Collections.Immutable;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Commits;

/// <summary>
/// Turns a change set and a selection into operations. What is wholly selected moves whole: a new directory is one rename, however
/// much is in it. What is only partly selected is taken apart.
/// </summary>
internal static class CommitPlanner
{
    public static CommitPlan Plan(ChangeSet changes, Selection selection)
    {
        var entries = changes.Entries;
        var selected = entries.Select(selection.Includes).ToArray();
        var operations = ImmutableArray.CreateBuilder<CommitOperation>();
        var metadata = new List<CommitOperation>();
        var committed = ImmutableArray.CreateBuilder<Change>();

        for (var index = 0; index < entries.Length;)
        {
            var change = entries[index];
            var end = EndOfSubtree(entries, index);
            var count = selected.AsSpan(index, end - index).Count(true);
            if (change is { Kind: ChangeKind.Metadata, Type: EntryType.Directory })
            {
                if (selected[index])
                {
                    metadata.Add(new(CommitAction.SetMetadata, change));
                    committed.Add(change);
                }

                index++;
            }
            else if (count == end - index)
            {
                operations.Add(new(Whole(change), change));
                committed.AddRange(entries.AsSpan(index, end - index));
                index = end;
            }
            else
            {
                // A directory that is added with a part of what is in it. One that is deleted or replaced with less than all stays.
                if (count > 0 && change is { Kind: ChangeKind.Added, Type: EntryType.Directory })
                {
                    operations.Add(new(CommitAction.MakeDirectory, change));
                    metadata.Add(new(CommitAction.SetMetadata, change));
                    committed.Add(change);
                }

                index = change.Kind == ChangeKind.Modified ? end : index + 1;
            }
        }

        // What is deepest first: setting a directory's times must come after all that is done in it.
        metadata.Reverse();
        operations.AddRange(metadata);
        return new(operations.DrainToImmutable(), committed.DrainToImmutable());
    }

    private static CommitAction Whole(Change change) => change.Kind switch
    {
        ChangeKind.Added => CommitAction.MoveIn,
        ChangeKind.Deleted => CommitAction.MoveOut,
        _ => CommitAction.Exchange,
    };

    /// <summary>Where the entries end that come or go with this one.</summary>
    private static int EndOfSubtree(ImmutableArray<Change> entries, int index)
    {
        var change = entries[index];
        var end = index + 1;
        while (end < entries.Length && entries[end].GoesWithParent && entries[end].Root == change.Root && entries[end].Path.IsAtOrBelow(change.Path))
        {
            end++;
        }

        return end;
    }
}
