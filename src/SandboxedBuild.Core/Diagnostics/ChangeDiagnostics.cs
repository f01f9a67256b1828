using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX4xxx: changes and their commit.</summary>
internal static class ChangeDiagnostics
{
    private const int MostListed = 20;

    public static Diagnostic Conflict(IReadOnlyCollection<(Change Change, string Reason)> conflicts) => new(
        "SBX4001",
        $"{conflicts.Count} of the paths that the step changed were changed by somebody else while it ran, so nothing was committed: {string.Join("; ", conflicts.Take(MostListed).Select(static conflict => $"{Full(conflict.Change)}: {conflict.Reason}"))}{(conflicts.Count > MostListed ? "; …" : string.Empty)}. Build again, or decide with OnConflict=\"Skip\" or \"Overwrite\" on OverlayCommit.");

    public static Diagnostic CannotCommit(Change change, string reason) => new(
        "SBX4002",
        $"{Full(change)} ({change.Type}) cannot be committed: {reason}. Nothing was committed. Leave it out with CommitExclude=\"{change.Path}\", or have the step not make it.");

    public static Diagnostic CommitUndone(string reason) => new(
        "SBX4003",
        $"the commit failed and was taken back, the live tree is as before: {reason}. Free space or mend the permissions, then build again.");

    public static Diagnostic CommitNotUndone(string reason, string second, string state) => new(
        "SBX4004",
        $"the commit failed ({reason}), and taking it back failed too ({second}). What was taken out of the live tree is kept in {state}. Mend the cause, then build again or run: dotnet sandbox recover");

    public static Diagnostic PlanUnreadable(string file, string reason) => new(
        "SBX4006",
        $"a commit was interrupted, and its plan {file} cannot be read ({reason}), so it is neither carried on nor taken back. Look at the live tree and at the directories beside the plan, then remove them: rm -r {Path.GetDirectoryName(file)}");

    public static Diagnostic RootReplaced(string root) => new(
        "SBX4007",
        $"the root {root} is not the directory any more that the overlay was made of, so nothing is committed to it. See what is there now (ls -ld {root}), then build again.");

    public static Diagnostic TooDeep() => new(
        "SBX4008",
        "the directories that the step left are nested too deeply to be walked with as many files as may be open at once. Nothing was committed. Have the step remove them, or raise the limit: ulimit -Hn");

    public static Diagnostic CommitCarriedOn(Overlay overlay) => new(
        "SBX4009",
        $"the commit of {overlay.Id} had been cut off, by a crash or a kill. It was carried on to its end: {Roots(overlay)} {(overlay.Roots.Length > 1 ? "are" : "is")} as the step left it.")
    {
        IsWarning = true,
    };

    public static Diagnostic CommitTakenBack(Overlay overlay) => new(
        "SBX4010",
        $"the commit of {overlay.Id} had been cut off, by a crash or a kill. It was taken back: {Roots(overlay)} {(overlay.Roots.Length > 1 ? "are" : "is")} as before the step. Build again to have its changes.")
    {
        IsWarning = true,
    };

    public static Diagnostic Undeclared(IReadOnlyCollection<Change> changes, bool isError) => new(
        "SBX4014",
        $"the step changed {changes.Count} path{(changes.Count == 1 ? string.Empty : "s")} that its Outputs do not name: {string.Join("; ", changes.Take(MostListed).Select(static change => $"{Full(change)} ({change.Kind})"))}{(changes.Count > MostListed ? "; …" : string.Empty)}. {(isError ? "Nothing was committed. " : string.Empty)}Add them to Outputs=\"…\" of the step, or let them be with SandboxUndeclaredChanges=Commit or Discard.")
    {
        IsWarning = !isError,
    };

    public static Diagnostic LinksBroken(IReadOnlyCollection<Change> changes) => new(
        "SBX4013",
        $"{string.Join("; ", changes.Take(MostListed).Select(Full))}{(changes.Count > MostListed ? "; …" : string.Empty)} had other names (hard links) that do not all lie in the root, or that the step changed apart. What was committed is a file of its own now; under the other names it is as before. To have all change together, take a root that holds them: SandboxRoot, or Roots on the step. To find them: find / -xdev -samefile {Full(changes.First())}")
    {
        IsWarning = true,
    };

    public static Diagnostic ChangedSinceCommit(string id, IReadOnlyCollection<string> paths) => new(
        "SBX4011",
        $"the commit of {id} cannot be undone, for {paths.Count} of the paths that it changed have been changed since: {string.Join("; ", paths.Take(MostListed))}{(paths.Count > MostListed ? "; …" : string.Empty)}. Nothing was changed. Undo what came after it first (dotnet sandbox list), or take the old files from its backup: dotnet sandbox show {id}");

    public static Diagnostic UndoImpossible(string id, string reason) => new(
        "SBX4012",
        $"the commit of {id} cannot be undone: {reason}. Nothing was changed. See what there is to undo: dotnet sandbox list");

    public static Diagnostic SetIdDropped(Change change) => new(
        "SBX4005",
        $"{Full(change)} was committed without its setuid and setgid bits, with which it would run with its owner's rights. If it must have them, grant them: AllowSetId=\"true\" on the step or OverlayCommit, --allow-setid of dotnet sandbox; or set them after the build: chmod {Convert.ToString(change.Mode, 8)} {Full(change)}")
    {
        IsWarning = true,
    };

    private static string Roots(Overlay overlay) => string.Join(", ", overlay.Roots.Select(static root => root.Path));

    private static string Full(Change change) => change.Path.IsRoot ? change.Root.Path : $"{change.Root.Path}/{change.Path}";
}
