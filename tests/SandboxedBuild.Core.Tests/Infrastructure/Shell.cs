namespace SandboxedBuild.Core.Tests;

/// <summary>Scripts of sh that run directly, without a sandbox.</summary>
internal static class Shell
{
    public static string Run(string directory, string script)
    {
        var run = TryRun(directory, script);
        Assert.That(run.ExitCode, Is.Zero, $"{script}\n{run.Error}");
        return run.OutputText;
    }

    public static Command TryRun(string directory, string script) =>
        Command.Run("/bin/sh", ["-c", script], new Dictionary<string, string?>(StringComparer.Ordinal) { ["LC_ALL"] = "C" }, directory);
}
