using System.Collections.Immutable;
using SandboxedBuild.Commits;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tracing;

/// <summary>What a step has read of what was there before it.</summary>
/// <param name="Files">Files in its roots, by path.</param>
/// <param name="Outside">Files elsewhere that it was shown, by path; not what is its own, as its home directory, nor <c>/proc</c> and devices.</param>
/// <param name="Missing">Paths in its roots that it has looked for and not found, by path.</param>
/// <param name="IsCut">Whether there was more than is kept.</param>
public sealed record StepReads(ImmutableArray<StepRead> Files, ImmutableArray<StepRead> Outside, ImmutableArray<string> Missing, bool IsCut)
{
    /// <summary>How many of the files elsewhere each place holds that is shown to the step, such as <c>/usr</c>.</summary>
    public ImmutableArray<(string Place, int Count)> Places =>
        [.. Outside.GroupBy(static read => read.Root, StringComparer.Ordinal).Select(static place => (place.Key, place.Count())).OrderBy(static place => place.Key, StringComparer.Ordinal)];

    /// <summary>What of a trace is reading.</summary>
    /// <param name="files">What was seen of files.</param>
    /// <param name="plan">By which the step ran.</param>
    /// <param name="isAsBefore">Whether the live roots are as they were before the step.</param>
    internal static StepReads Of(TracedFiles files, SandboxPlan plan, bool isAsBefore)
    {
        var view = new ShownPaths(plan);
        var reads = files.Read
            .Where(read => !StepCommand.Runs(plan.Command, read.Opened) && (!read.PerhapsMade || (isAsBefore && File.Exists(read.Opened))) && !Directory.Exists(read.Opened))
            .Select(read => (Read: read, Mount: view.MountAt(read.Opened)))
            .Where(static pair => pair.Mount is OverlayMount or BindMount or LayerMount)
            .OrderBy(static pair => pair.Read.Path, StringComparer.Ordinal)
            .Select(pair => (IsInRoot: RootOf(plan, pair.Read.Opened) is not null, File: new StepRead(pair.Read.Path, pair.Read.Opened, RootOf(plan, pair.Read.Opened) ?? pair.Mount!.Destination)))
            .ToList();
        return new(
            [.. reads.Where(static read => read.IsInRoot).Select(static read => read.File)],
            [.. reads.Where(static read => !read.IsInRoot).Select(static read => read.File)],
            [.. files.Missing.Order(StringComparer.Ordinal)],
            files.IsCut);
    }

    /// <summary>The files that a step has not said it reads: neither their names nor the files behind them. What it says it makes may be from an earlier build.</summary>
    public ImmutableArray<StepRead> Undeclared(DeclaredPaths inputs, DeclaredPaths outputs) =>
        [.. Files.Where(read => !inputs.Covers(read.Path) && !inputs.Covers(read.Target) && !outputs.Covers(read.Target))];

    private static string? RootOf(SandboxPlan plan, string path) => plan.Mounts.OfType<OverlayMount>().FirstOrDefault(root => RealPath.IsAtOrBelow(path, root.Destination))?.Destination;
}

/// <summary>A file that a step has read.</summary>
/// <param name="Path">As it was opened, absolute.</param>
/// <param name="Target">The file itself; another one than <paramref name="Path"/> where symlinks lead there.</param>
/// <param name="Root">The root that it is in, or the place outside of the roots that the step is shown.</param>
public sealed record StepRead(string Path, string Target, string Root);
