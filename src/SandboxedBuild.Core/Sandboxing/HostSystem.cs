namespace SandboxedBuild.Sandboxing;

/// <summary>What this runs on.</summary>
public static class HostSystem
{
    /// <summary>The system's name, as people know it.</summary>
    public static string Name =>
        OperatingSystem.IsLinux() ? "Linux"
        : OperatingSystem.IsMacOS() ? "macOS"
        : OperatingSystem.IsWindows() ? "Windows"
        : Environment.OSVersion.Platform.ToString();
}
