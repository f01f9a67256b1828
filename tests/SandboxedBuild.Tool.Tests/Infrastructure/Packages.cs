namespace SandboxedBuild.Tool.Tests;

/// <summary>The feed of the packages that <c>./build/pack</c> makes.</summary>
internal static class Packages
{
    /// <summary>Its directory; SANDBOXEDBUILD_PACKAGES says where, if it is not in the repository.</summary>
    public static string Directory { get; } =
        Environment.GetEnvironmentVariable("SANDBOXEDBUILD_PACKAGES") is { Length: > 0 } named ? named : Path.Combine(Upward(AppContext.BaseDirectory), "artifacts", "packages");

    /// <summary>The version of the SDK in it.</summary>
    public static string SdkVersion { get; } =
        Path.GetFileNameWithoutExtension(System.IO.Directory.GetFiles(Directory, "SandboxedBuild.Sdk.*.nupkg").Single())["SandboxedBuild.Sdk.".Length..];

    private static string Upward(string directory) => File.Exists(Path.Combine(directory, "SandboxedBuild.sln")) ? directory : Upward(Path.GetDirectoryName(directory)!);
}
