using SandboxedBuild.Changes;

namespace SandboxedBuild.Tasks;

/// <summary>Changes in words.</summary>
internal static class ChangeSummary
{
    /// <summary>One line: <c>GenerateDocs: 12 added, 3 modified, 1 deleted in 84 ms (committed)</c>.</summary>
    public static string Line(string target, IReadOnlyCollection<Change> changes, Outcome outcome, TimeSpan time)
    {
        var counts = Enum.GetValues<ChangeKind>()
            .Select(kind => (Kind: kind, Count: changes.Count(change => change.Kind == kind)))
            .Where(static pair => pair.Count > 0)
            .Select(static pair => $"{pair.Count} {Word(pair.Kind)}")
            .DefaultIfEmpty("nothing changed");
        return $"{target}: {string.Join(", ", counts)} in {time.TotalMilliseconds:F0} ms ({Word(outcome)})";
    }

    /// <summary>One change: <c>renamed docs/b.md (was docs/a.md)</c>.</summary>
    public static string Line(Change change)
    {
        var type = change.Type == EntryType.Directory ? "/" : string.Empty;
        var old = change.RenamedFrom is { } path ? $" (was {path})" : string.Empty;
        return $"  {Word(change.Kind)} {change.Path}{type}{old}";
    }

    private static string Word(ChangeKind kind) => kind.ToString().ToLowerInvariant();

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.RolledBack => "rolled back",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
