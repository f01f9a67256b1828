namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>
/// The NUGET_PACKAGES of all builds of a run, new in each run: the version of the SDK stays the same from pack to pack, and NuGet never
/// unpacks a version again that a folder has.
/// </summary>
internal static class PackageFolder
{
    /// <summary>Its path.</summary>
    public static string Path { get; } = Directory.CreateTempSubdirectory("sandboxed-build-nuget-").FullName;

    /// <summary>Deletes it.</summary>
    public static void Delete() => Directory.Delete(Path, recursive: true);
}
