namespace SandboxedBuild.Core.Tests;

/// <summary>The sources, found upward from the test assembly.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The C# files below a directory of the repository, without what a build makes.</summary>
    public static IEnumerable<string> Sources(string directory) =>
        Directory.EnumerateFiles(Path.Combine(Root, directory), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Directory.Packages.props")) ? directory : Find(Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("the repository's root"));
}
