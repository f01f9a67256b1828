using SandboxedBuild.Diagnostics;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>Policy files on the disk.</summary>
internal static class PolicyFiles
{
    /// <summary>Reads a project's policy file.</summary>
    /// <exception cref="SandboxException">It cannot be read or is not in the form of a policy.</exception>
    public static PolicyFile Read(string file) => Read(file, PolicyScope.OfProject(file));

    /// <summary>Reads the user's own policy file; null when there is none.</summary>
    /// <exception cref="SandboxException">It cannot be read or is not in the form of a policy.</exception>
    public static PolicyFile? ReadUsers(CallerEnvironment caller) => UsersPath(caller) is { } file && Path.Exists(file) ? Read(file, PolicyScope.OfUser(caller.Home)) : null;

    /// <summary>Where the user's own policy file is or would be; null without a home.</summary>
    public static string? UsersPath(CallerEnvironment caller) => caller.Configuration is { } directory ? Path.Combine(directory, "sandboxed-build", "policy.json") : null;

    private static PolicyFile Read(string file, PolicyScope scope)
    {
        try
        {
            return PolicyReader.Read(file, File.ReadAllBytes(file), scope);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputDiagnostics.InvalidPolicy(file, 0, 0, e.Message).AsException();
        }
    }
}
