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
        return selection.IsAll ? All(changes) : Some(changes.Entries, [.. changes.Entries.Select(selection.Includes)]);
    }

    private static CommitPlan All(ChangeSet changes)
    {
        var (operations, metadata) = (ImmutableArray.CreateBuilder<CommitOperation>(), new List<CommitOperation>());
        foreach (var change in changes.Notable)
        {
            if (change is { Kind: ChangeKind.Metadata, Type: EntryType.Directory })
            {
                metadata.Add(new(CommitAction.SetMetadata, change));
            }
            else if (!change.GoesWithParent)
            {
                operations.Add(new(Whole(change), change));
            }
        }

        return new(InOrder(operations, metadata), changes.Entries, changes.Notable);
    }

    private static CommitPlan Some(ImmutableArray<Change> entries, bool[] selected)
    {
        var (operations, metadata) = (ImmutableArray.CreateBuilder<CommitOperation>(), new List<CommitOperation>());
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

        // Each for itself: what comes along in the whole may be without its directory here.
        var taken = committed.DrainToImmutable();
        return new(InOrder(operations, metadata), taken, taken);
    }

    /// <summary>Metadata last, and what is deepest first: setting a directory's times must come after all that is done in it.</summary>
    private static ImmutableArray<CommitOperation> InOrder(ImmutableArray<CommitOperation>.Builder operations, List<CommitOperation> metadata)
    {
        metadata.Reverse();
        operations.AddRange(metadata);
        return operations.DrainToImmutable();
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
