namespace SandboxedBuild.Sandboxing;

/// <summary>
/// What this process itself runs in, as far as it shows. It explains what a trial found and decides nothing: each of these lets more or less through, as it was
/// started.
/// </summary>
/// <param name="Name">What it is, for a sentence.</param>
/// <param name="Fix">How it is told to let a sandbox be made inside.</param>
internal sealed record Surroundings(string Name, string Fix)
{
    private const string VariablePrefix = "container=";
    private const string Container = "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …";

    /// <summary>What the marks below a root directory say; null where nothing shows.</summary>
    public static Surroundings? Of(string root) =>
        File.Exists(Path.Combine(root, ".flatpak-info")) ? new("Flatpak", "run the build outside of it: flatpak-spawn --host dotnet build")
        : Read(root, "proc/1/comm") == "bwrap\n" ? new("a bubblewrap sandbox", "let the outer sandbox be the only one: dotnet build -p:SandboxEnabled=false")
        : File.Exists(Path.Combine(root, ".dockerenv")) ? new("a Docker container", Container)
        : File.Exists(Path.Combine(root, "run/.containerenv")) ? new("a Podman container", Container.Replace("docker", "podman", StringComparison.Ordinal))
        : Variable(root) is { Length: > 0 } kind ? new($"a container ({kind})", Container)
        : null;

    /// <summary>The variable <c>container</c>, which engines give their processes (systemd's CONTAINER_INTERFACE).</summary>
    private static string? Variable(string root) =>
        Read(root, "proc/self/environ")?.Split('\0').FirstOrDefault(static variable => variable.StartsWith(VariablePrefix, StringComparison.Ordinal))?[VariablePrefix.Length..];

    private static string? Read(string root, string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // proc(5) is not there, or is not to be seen.
            return null;
        }
    }
}
