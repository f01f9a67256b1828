using System.Collections.Immutable;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>The folders in which NuGet keeps packages: other people's files, wherever they lie.</summary>
internal static class PackageFolders
{
    private const string OwnPackage = "sandboxedbuild.sdk";

    /// <summary>Those of a project, as they are named and by their real paths; by default the caller's.</summary>
    /// <param name="named">What the project's restore found.</param>
    /// <param name="caller">The caller's environment.</param>
    public static ImmutableArray<string> Of(ImmutableArray<string> named, CallerEnvironment caller) =>
    [
        .. (named.IsEmpty ? [caller.NuGetPackages, OfThisAssembly()] : named.Append(OfThisAssembly()))
            .OfType<string>()
            .SelectMany(static path => new[] { path, RealPath.OfFuture(path) })
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Whether a file comes from one of them.</summary>
    public static bool Hold(ImmutableArray<string> folders, string file) =>
        file.Length > 0 && new[] { file, RealPath.OfFuture(file) }.Any(path => folders.Any(folder => RealPath.IsAtOrBelow(path, folder)));

    /// <summary>Paths that keep steps from writing to those that lie in a root.</summary>
    public static IEnumerable<SandboxPath> Protect(ImmutableArray<string> folders, ImmutableArray<string> roots) =>
        folders.Where(folder => Directory.Exists(folder) && RealPath.OfDirectory(folder) == folder)
            .Where(folder => roots.Any(root => folder != root && RealPath.IsAtOrBelow(folder, root)))
            .Select(static folder => new SandboxPath(folder, MountAccess.ReadOnly));

    /// <summary>The folder that this SDK was loaded from; known where nothing has been restored.</summary>
    private static string? OfThisAssembly()
    {
        var package = Path.GetFullPath("../../../..", typeof(PackageFolders).Assembly.Location);
        return Path.GetFileName(package) == OwnPackage ? Path.GetDirectoryName(package) : null;
    }
}
