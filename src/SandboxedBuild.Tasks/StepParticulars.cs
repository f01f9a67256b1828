using System.Collections.Immutable;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tasks;

/// <summary>What of a step its command alone does not say.</summary>
internal static class StepParticulars
{
    /// <summary>What of the step a person would not guess from its command.</summary>
    public static ImmutableArray<string> Of(StepRequest request, ImmutableArray<string> roots) =>
    [
        .. request.Directory == Path.TrimEndingDirectorySeparator(request.Environment.ProjectDirectory) ? [] : new[] { $"in {request.Directory}" },
        .. roots is [var only] && RealPath.OfFuture(only) == RealPath.OfFuture(request.Settings.Root) ? [] : roots.Select(static root => $"root {root}"),
        .. request.Shell is { } shell ? [$"shell {shell}"] : Array.Empty<string>(),
    ];

    /// <summary>
    /// Names and words say what runs only by the shell that is meant, on the project's own files: elsewhere, <c>sh build.sh</c> and
    /// <c>git status</c> obey what somebody else has put there.
    /// </summary>
    public static string? WhyObscured(StepRequest request, ImmutableArray<string> roots, ImmutableArray<string> packageFolders)
    {
        var directory = RealPath.OfFuture(request.Directory);
        return request.Shell is { } shell ? $"{shell} reads it, and not sh (ToolPath, ToolExe),"
            : PackageFolders.Hold(packageFolders, directory) || !roots.Append(request.Environment.ProjectDirectory).Any(root => IsIn(directory, root)) ? $"it runs in {request.Directory}, which is not the project's,"
            : roots.FirstOrDefault(root => !IsIn(RealPath.OfFuture(root), request.Settings.Root)) is { } other ? $"it may change {other}, which is not in SandboxRoot,"
            : null;

        static bool IsIn(string path, string root) => RealPath.IsAtOrBelow(path, RealPath.OfFuture(root));
    }
}
