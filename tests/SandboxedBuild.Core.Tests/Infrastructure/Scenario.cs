using System.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// A story in a process of its own, in a mount namespace of its own: it may mount what it likes, as an ordinary user too, and nothing
/// of that outlives it.
/// </summary>
internal static class Scenario
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private static readonly string Host = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    /// <summary>
    /// Runs a static method after a script of sh that prepares the mounts, with the same user as now. An ordinary user's process
    /// cannot mount over these (mount_namespaces(7), "locked").
    /// </summary>
    public static void Run(Delegate story, string mounts, params string[] arguments) => Finish(Caller.IsRoot
        ? Mounting([], mounts, Line(story, arguments))
        : Mounting(["--user", "--map-root-user"], mounts, ["unshare", "--user", $"--map-user={Caller.Uid}", $"--map-group={Caller.Gid}", "--", .. Line(story, arguments)]));

    /// <summary>The same as root, if only of a user namespace.</summary>
    public static void RunAsRoot(Delegate story, string mounts, params string[] arguments) =>
        Finish(Mounting(Caller.IsRoot ? [] : ["--user", "--map-root-user"], mounts, Line(story, arguments)));

    /// <summary>The same, behind another program.</summary>
    public static void RunBehind(string[] before, Delegate story, params string[] arguments) => Finish([.. before, .. Line(story, arguments)]);

    /// <summary>Starts a static method in another process and waits until it has said something (see <see cref="Say"/>).</summary>
    public static Process Start(Delegate story, params string[] arguments)
    {
        string[] line = [.. Line(story, arguments)];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };

        // A killed process would leave the runtime's pipes for debuggers behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var process = Process.Start(start)!;
        if (!process.StandardOutput.ReadLineAsync().Wait(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{story.Method.Name} is not ready");
        }

        return process;
    }

    /// <summary>Runs a static method in a process that kills itself.</summary>
    public static void Die(Delegate story, params string[] arguments)
    {
        string[] line = [.. Line(story, arguments)];

        // A killed process would leave the runtime's pipes for debuggers behind.
        var run = Command.Run("env", ["DOTNET_EnableDiagnostics=0", .. line], limit: Limit);
        Assert.That(run.ExitCode, Is.EqualTo(137), run.Error + run.OutputText);
    }

    /// <summary>Says something to the one who started this process.</summary>
    public static void Say(string text)
    {
        Console.Out.WriteLine(text);
        Console.Out.Flush();
    }

    private static string[] Mounting(string[] options, string mounts, IEnumerable<string> rest) =>
        ["unshare", "--mount", .. options, "sh", "-ec", mounts + "\nexec \"$@\"", "sh", .. rest];

    private static IEnumerable<string> Line(Delegate story, string[] arguments)
    {
        Assert.That(story.Method.IsStatic);
        return [Host, typeof(Scenario).Assembly.Location, story.Method.DeclaringType!.FullName!, story.Method.Name, Path.GetTempPath(), .. arguments];
    }

    private static void Finish(string[] line)
    {
        var run = Command.Run(line[0], line[1..], limit: Limit);
        Assert.That(run.ExitCode, Is.Zero, run.Error + run.OutputText);
        Assert.That(run.OutputText, Does.EndWith("done\n"), run.Error);
    }
}
