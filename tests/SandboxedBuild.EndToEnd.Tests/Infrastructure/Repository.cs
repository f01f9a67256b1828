namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>Where the tests find what they test: the packed package and the samples.</summary>
internal static class Repository
{
    /// <summary>The nearest directory upward that has the samples.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The feed; SANDBOXEDBUILD_PACKAGES says where, if it is not in the repository.</summary>
    public static string Packages { get; } =
        Environment.GetEnvironmentVariable("SANDBOXEDBUILD_PACKAGES") is { Length: > 0 } packages ? packages : Path.Combine(Root, "artifacts", "packages");

    /// <summary>The packed SDK.</summary>
    public static string SdkPackage { get; } = FindSdkPackage();

    /// <summary>Its version.</summary>
    public static string SdkVersion { get; } = Path.GetFileNameWithoutExtension(SdkPackage)["SandboxedBuild.Sdk.".Length..];

    /// <summary>The directory of a sample.</summary>
    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    private static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Directory.Exists(Path.Combine(directory, "samples", "HelloSandbox")))
            {
                return directory;
            }
        }

        throw new DirectoryNotFoundException($"No directory above {AppContext.BaseDirectory} has samples/HelloSandbox.");
    }

    private static string FindSdkPackage() =>
        Directory.Exists(Packages) && Directory.GetFiles(Packages, "SandboxedBuild.Sdk.*.nupkg") is [var package]
            ? package
            : throw new FileNotFoundException($"{Packages} must have one SandboxedBuild.Sdk.*.nupkg: run ./build/pack.");
}
