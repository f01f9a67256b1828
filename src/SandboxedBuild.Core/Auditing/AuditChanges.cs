using SandboxedBuild.Changes;

namespace SandboxedBuild.Auditing;

/// <summary>What a step changed: numbers, and the first paths.</summary>
internal sealed record AuditChanges(int Added, int Modified, int Deleted, int Renamed, AuditChange[] First)
{
    private const int Most = 10;

    /// <summary>Whether nothing is missing: what is read may have been edited.</summary>
    internal bool IsWhole => First is not null && First.All(static change => change is { Kind: not null, Path: not null });

    public static AuditChanges Of(IReadOnlyCollection<Change> changes) => new(
        Count(changes, ChangeKind.Added),
        Count(changes, ChangeKind.Modified),
        Count(changes, ChangeKind.Deleted),
        Count(changes, ChangeKind.Renamed),
        [.. changes.Where(static change => change.Kind != ChangeKind.Metadata).Take(Most).Select(AuditChange.Of)]);

    private static int Count(IReadOnlyCollection<Change> changes, ChangeKind kind) => changes.Count(change => change.Kind == kind);
}

/// <summary>One of them.</summary>
/// <param name="Kind"><c>Added</c>, <c>Modified</c>, <c>Deleted</c> or <c>Renamed</c>.</param>
/// <param name="Path">Absolute.</param>
internal sealed record AuditChange(string Kind, string Path)
{
    public static AuditChange Of(Change change) => new(change.Kind.ToString(), Bounded.Text(change.Path.IsRoot ? change.Root.Path : $"{change.Root.Path}/{change.Path}"));
}
