using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Diffs;

/// <summary>The differences of a change set, bounded so that a log can hold them.</summary>
internal static class KeptDiffs
{
    /// <summary>A longer patch of one file is nothing that a person reads in a log.</summary>
    public const int LongestPatch = 256 * 1024;

    /// <summary>All patches of a step together. A log is read into memory whole.</summary>
    public const int LongestOfAll = 4 * 1024 * 1024;

    /// <summary>Reads what is there now: before the changes are committed, for a commit moves them away.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="isWanted">Which of them.</param>
    public static ImmutableArray<KeptDiff> Read(ChangeSet changes, Func<Change, bool> isWanted)
    {
        var kept = ImmutableArray.CreateBuilder<KeptDiff>();
        var length = 0;
        try
        {
            // Directories say all with their names.
            foreach (var diff in DiffReader.Read(changes, change => change.Kind != ChangeKind.Metadata && change.Type != EntryType.Directory && isWanted(change)))
            {
                var one = length < LongestOfAll ? Of(diff) : Unread(diff.Change, DiffOmission.Full);
                length += one.Patch?.Length ?? 0;
                kept.Add(one);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The step's changes are what counts; whoever took one of them away in this moment shows when they are committed.
        }

        return kept.ToImmutable();
    }

    private static KeptDiff Of(FileDiff diff)
    {
        var hasText = diff.Before is not { IsText: false } && diff.After is not { IsText: false };
        var bytes = Encoding.Latin1.GetBytes(diff.Text);
        var omission = bytes is [(byte)'#', ..] || !Utf8.IsValid(bytes) ? DiffOmission.NotText : bytes.Length > LongestPatch ? DiffOmission.TooLong : default(DiffOmission?);
        return new(
            diff.Change,
            omission is null ? Encoding.UTF8.GetString(bytes) : null,
            omission,
            SizeOf(diff.Before),
            SizeOf(diff.After),
            hasText ? null : diff.Before?.Sha256,
            hasText ? null : diff.After?.Sha256);
    }

    private static KeptDiff Unread(Change change, DiffOmission omission) =>
        new(change, null, omission, change.Live?.Size, change.Upper?.Size, null, null);

    private static long? SizeOf(Side? side) => side is { Type: EntryType.File } ? side.Size : null;
}
