namespace SandboxedBuild.Changes;

/// <summary>Changes in words, as the tasks have them in a build's log and the tool.</summary>
internal static class ChangeWords
{
    /// <summary>What is told of a change set: what the tasks tell, and permissions and owners, for who reviews it.</summary>
    public static bool IsTold(Change change) =>
        change.RenamedTo is null && (change.Kind != ChangeKind.Metadata || Permissions(change).Length > 0);

    /// <summary>In what way something changed.</summary>
    public static string Kind(Change change) => change switch
    {
        { Kind: ChangeKind.Metadata } => "mode",
        { RenamedFrom: not null } => "renamed",
        _ => change.Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>What type an entry is, in words; a file needs none.</summary>
    public static string Type(EntryType type) => type switch
    {
        EntryType.File => "file",
        EntryType.Directory => "directory",
        EntryType.SymbolicLink => "symbolic link",
        EntryType.Fifo => "FIFO",
        EntryType.Socket => "socket",
        _ => "device",
    };

    /// <summary>The path, with a slash behind a directory.</summary>
    public static string Path(Change change) =>
        change.Path.IsRoot ? "." : change.Type == EntryType.Directory ? $"{change.Path}/" : change.Path.ToString();

    /// <summary>What else there is to say: the former path, other types, other permissions; empty if nothing.</summary>
    public static string Remark(Change change)
    {
        var remarks = new List<string>();
        if (change.RenamedFrom is { } old)
        {
            remarks.Add($"was {old}");
        }

        if (change.Kind == ChangeKind.Modified && change.Live is { } before && before.Type != change.Type)
        {
            remarks.Add($"{Type(change.Type)}, was {Type(before.Type)}");
        }
        else if (change.Type is not (EntryType.File or EntryType.Directory))
        {
            remarks.Add(Type(change.Type));
        }

        if (Permissions(change) is { Length: > 0 } permissions)
        {
            remarks.Add(permissions);
        }

        return remarks.Count == 0 ? string.Empty : $" ({string.Join("; ", remarks)})";
    }

    /// <summary>Permission bits as people write them.</summary>
    public static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(3, '0');

    /// <summary>Numbers of each kind: <c>2 added, 1 deleted</c>.</summary>
    public static string Counts(IEnumerable<Change> changes)
    {
        var counts = changes.GroupBy(Kind, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        string[] order = ["added", "modified", "deleted", "renamed", "mode"];
        return counts.Count == 0 ? "nothing changed" : string.Join(", ", order.Where(counts.ContainsKey).Select(kind => $"{counts[kind]} {(kind == "mode" ? "with other permissions" : kind)}"));
    }

    /// <summary>Other permission bits or another owner, of an entry that keeps its type.</summary>
    private static string Permissions(Change change)
    {
        if (change is not { Kind: ChangeKind.Modified or ChangeKind.Metadata, Live: { } before, Upper: { } after } || before.Type != after.Type)
        {
            return string.Empty;
        }

        var mode = before.Mode == after.Mode ? string.Empty : $"mode {Octal(before.Mode)} -> {Octal(after.Mode)}";
        var owner = (before.Uid, before.Gid) == (after.Uid, after.Gid) ? string.Empty : $"owner {before.Uid}:{before.Gid} -> {after.Uid}:{after.Gid}";
        return string.Join(", ", new[] { mode, owner }.Where(static part => part.Length > 0));
    }
}
