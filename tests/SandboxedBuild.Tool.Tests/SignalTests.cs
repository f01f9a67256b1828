using System.Diagnostics;
using System.Globalization;

namespace SandboxedBuild.Tool.Tests;

/// <summary>The tool is asked to end, or killed, while its command runs.</summary>
internal sealed class SignalTests
{
    [TestCase("TERM", 143)]
    [TestCase("INT", 130)]
    [TestCase("HUP", 129)]
    [TestCase("KILL", 137)]
    public void The_command_ends_with_it_and_nothing_is_left(string signal, int exitCode)
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        var line = desk.Line("run", "--commit", "--", "sh", "-c", "rm -r *; mkdir -m 000 shut; setsid sleep 300 & echo started; sleep 300");
        using var process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = desk.Tree.Root })!;
        Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("started"));
        Command.Run("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.That((process.ExitCode, process.StandardError.ReadToEnd()), Is.EqualTo((exitCode, "")));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        desk.ShouldHaveNothingLeft();
    }
}
