using Microsoft.Build.Locator;

namespace SandboxedBuild.TestKit;

/// <summary>
/// Lets MSBuild tasks run inside the test process, on the assemblies of the .NET SDK that builds use, not on packages' ones.
/// </summary>
/// <remarks>
/// The runtime must not have looked for an assembly of MSBuild before: call <see cref="Register"/> from a module initializer of
/// the test assembly, and let no type of that assembly derive from a type of MSBuild's or constrain a type parameter to one, for
/// NUnit lists the types before, and that would load it.
/// </remarks>
public static class MSBuildHost
{
    // Locator throws when it is registered twice; initializers of several modules may ask.
    private static readonly Lazy<VisualStudioInstance> Instance = new(MSBuildLocator.RegisterDefaults);

    /// <summary>The directory of the SDK's <c>MSBuild.dll</c>.</summary>
    public static string Directory => Instance.Value.MSBuildPath;

    /// <summary>Makes the SDK's MSBuild the one that this process loads.</summary>
    public static void Register() => _ = Instance.Value;
}
