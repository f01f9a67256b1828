using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX3xxx: a step could not be run as it should be.</summary>
internal static class ExecutionDiagnostics
{
    private const int MostListed = 20;
    private const int MostSuggested = 3;

    public static Diagnostic SandboxFailed(string errors) => new(
        "SBX3001",
        errors.Length > 0
            ? $"the sandbox could not be set up, and the command did not run: {errors}. Nothing was changed."
            : "the sandbox was ended from outside before the command was over, as Ctrl+C, a kill and a lack of memory do. Nothing was changed. Build again; whether it was the kernel, this tells: sudo dmesg | tail");

    public static Diagnostic UnmappedOwner(IEnumerable<string> roots) => new(
        "SBX3002",
        $"the command met \"Value too large for defined data type\": it wrote to a file whose owner or group is not mapped in the sandbox's user namespace, such as one of a supplementary group. Find them: find {string.Join(' ', roots)} ! -user \"$(id -u)\" -o ! -group \"$(id -g)\" – and give them to your own group: chgrp \"$(id -g)\" FILE");

    public static Diagnostic ProcessesOutliveSandbox(int process) => new(
        "SBX3003",
        $"processes of the step are still alive although its sandbox has ended (process {process}). Its changes are not taken. End it: kill -KILL {process}");

    public static Diagnostic HostFailed(string reason) => new(
        "SBX3004",
        $"the host failed while the step was prepared or its changes were collected: {reason}. The live tree was not touched. Free space or mend the permissions, then build again.");

    public static Diagnostic HeldForReview(string target, string overlay) => new(
        "SBX3011",
        $"no rule admits the step of target {target}, so what it changed is not in the live tree but waits as {overlay}. Look at it, and commit what you accept: dotnet sandbox review {overlay} – or throw it away: dotnet sandbox rollback {overlay}")
    {
        IsWarning = true,
    };

    public static Diagnostic Protected(Overlay overlay, ImmutableArray<ProtectedChange> changes) => new(
        "SBX3005",
        $"{changes.Length} of the changed paths {(changes.Length == 1 ? "is" : "are")} protected, as other programs run or obey such files outside the sandbox: {string.Join("; ", changes.Take(MostListed).Select(static found => $"{Full(found)} ({found.Change.Kind}: {found.Why})"))}{(changes.Length > MostListed ? "; …" : string.Empty)}. Nothing was committed. See the changes: dotnet sandbox show {overlay.Id} – and commit them all the same: dotnet sandbox commit {overlay.Id} --allow-protected – or without these: --exclude GLOB, CommitExclude=\"GLOB\" on the step – or throw everything away: dotnet sandbox rollback {overlay.Id}. To let a step change them always, add to its rule in sandbox.json: \"protected\": [ {string.Join(", ", Suggested(changes).Take(MostSuggested))} ]");

    private static string Full(ProtectedChange found) => found.Change.Path.IsRoot ? found.Change.Root.Path : $"{found.Change.Root.Path}/{found.Change.Path}";

    /// <summary>Globs for the first of them; of a directory with what is in it, one.</summary>
    private static IEnumerable<string> Suggested(IEnumerable<ProtectedChange> changes)
    {
        Change? directory = null;
        foreach (var change in changes.Select(static found => found.Change).Where(static change => !change.Path.IsRoot))
        {
            if (directory?.Root == change.Root && change.Path.IsAtOrBelow(directory.Path))
            {
                continue;
            }

            directory = change.Type == EntryType.Directory ? change : directory;
            yield return $"\"{JsonEncodedText.Encode(change.Path.ToString(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}{(change.Type == EntryType.Directory ? "/**" : string.Empty)}\"";
        }
    }
}
