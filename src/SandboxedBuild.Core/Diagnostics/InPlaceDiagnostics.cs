using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Diagnostics;

/// <summary>What is to be said where steps write to the live roots themselves.</summary>
internal static class InPlaceDiagnostics
{
    private const int MostListed = 20;
    private const string StaysCode = "SBX4023";
    private const string Restore = "A file that is in git, as it was before: git restore FILE; what is new: git clean -n";

    public static Diagnostic ClockNotKnown(string root, string filesystem) => new(
        "SBX1013",
        $"no step can write in place in {root}: it is on {filesystem}, which is not known to give times by this machine's clock, and by these it is told what the step has changed and what somebody else. Have changes caught before they reach the live tree: -p:SandboxStrategy=Auto – or keep the project on a local filesystem");

    public static Diagnostic NotRolledBack(Overlay overlay, string reason) => new(
        "SBX4020",
        $"what the step changed in place could not be taken back ({reason}), so it is still there: {Roots(overlay)}. What was there before is kept in {overlay.Directory}. Free space or mend the permissions, then take it back: dotnet sandbox recover");

    public static Diagnostic NotKept(Overlay overlay, string reason) => new(
        "SBX4022",
        $"what the step changed in place was taken back, {Roots(overlay)} {(overlay.Roots.Length > 1 ? "are" : "is")} as before, but it could not be kept for later ({reason}). Free space, then build again; or have changes caught before they reach the live tree: -p:SandboxStrategy=Overlay");

    public static Diagnostic ChangedSinceStep(IReadOnlyCollection<Change> left) => TakenBack(
        $"what the step changed in place was taken back, except for {left.Count} path{(left.Count == 1 ? string.Empty : "s")} that somebody else has changed since: {List(left)}. See whether they are as you want them; a file that is in git, as it was before: git restore FILE");

    public static Diagnostic CutOff(Overlay overlay, Diagnostic? left) => left is null
        ? TakenBack($"the step of {overlay.Id} that changed {Roots(overlay)} in place had been cut off, by a crash or a kill. What it had changed was taken back. Build again to have its changes.")
        : left with { Message = $"the step of {overlay.Id} had been cut off, by a crash or a kill. {char.ToUpperInvariant(left.Message[0])}{left.Message[1..]}" };

    internal static Diagnostic NoneAskedFor() => new(
        "SBX1020",
        "SandboxStrategy is None, so the command writes to the live tree itself, and nothing of it is taken back: neither when it fails nor when its changes are not wanted. To have them caught: SandboxStrategy=Auto")
    { IsWarning = true };

    /// <param name="what">What was asked for.</param>
    internal static Diagnostic CannotGoBack(string what) => new(
        "SBX1021",
        $"SandboxStrategy is None, which writes to the live tree itself and cannot {what}. Leave that out, or have changes caught: -p:SandboxStrategy=Auto – or, if the command has to work in place, with a way back: -p:SandboxStrategy=Snapshot");

    public static Diagnostic Stays(IReadOnlyCollection<Change> changes) => new(StaysCode, $"nothing was kept of what was there before, so what the step changed stays in the live tree ({Count(changes)}): {List(changes)}. {Restore}") { IsWarning = true };

    /// <param name="changes">What was changed.</param>
    /// <param name="how">Why it is live.</param>
    public static Diagnostic ProtectedStays(IReadOnlyCollection<Change> changes, string how) => new(
        StaysCode,
        $"the step has changed what is protected, or made files setuid or setgid, and {how} that is live already ({Count(changes)}): {List(changes)}. Look at each before you run anything here. {Restore}");

    private static Diagnostic TakenBack(string message) => new("SBX4021", message) { IsWarning = true };

    private static string Count(IReadOnlyCollection<Change> changes) => changes.Count == 1 ? "1 path" : $"{changes.Count} paths";

    private static string List(IReadOnlyCollection<Change> changes) =>
        string.Join("; ", changes.Take(MostListed).Select(static change => change.Path.IsRoot ? change.Root.Path : $"{change.Root.Path}/{change.Path}")) + (changes.Count > MostListed ? "; …" : string.Empty);

    private static string Roots(Overlay overlay) => string.Join(", ", overlay.Roots.Select(static root => root.Path));
}
