using System.Diagnostics;
using System.Globalization;
using System.Text;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>A <c>dotnet</c> command that runs. What it prints is written to the test's own output too: the transcript of a failed test.</summary>
internal sealed class RunningDotnet : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Leftovers _leftovers;
    private readonly string _commandLine;

    public RunningDotnet(string directory, IEnumerable<string> arguments, Dictionary<string, string> environment, Leftovers leftovers)
    {
        _leftovers = leftovers;
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _commandLine = $"dotnet {string.Join(' ', start.ArgumentList)}";
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Ctrl+C.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>Kills the process itself; what it has started is on its own.</summary>
    public void Kill() => Signal("KILL");

    /// <summary>Waits until something is the case.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow + Limit;
        while (!condition())
        {
            Assert.That(_process.HasExited, Is.False, $"{_commandLine} ended too early:\n{Output}");
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), $"{_commandLine} did not come to the point:\n{Output}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Waits for the end, and fails if the command has left anything behind.</summary>
    public CommandResult WaitForEnd()
    {
        if (!_process.WaitForExit(Limit))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"{_commandLine} took longer than {Limit}:\n{Output}");
        }

        // The overload without a limit waits for the last output too.
        _process.WaitForExit();
        var result = new CommandResult(_commandLine, _process.ExitCode, Output);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"$ {_commandLine}\n{result.Output}exit code {result.ExitCode}\n"));
        _leftovers.AssertNone();
        return result;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Signal(string signal) =>
        Command.Run("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_output)
            {
                _output.Append(line.Data).Append('\n');
            }
        }
    }
}
