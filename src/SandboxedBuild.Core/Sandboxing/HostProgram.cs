using System.Diagnostics;

namespace SandboxedBuild.Sandboxing;

/// <summary>Runs a program of the host, outside any sandbox, and waits for it. The one place in Core that starts processes.</summary>
internal static class HostProgram
{
    /// <summary>No program that this project asks takes longer.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs with an almost empty environment and no input; what is to be done when it has ended, before its output is read to the end, may be given.</summary>
    public static (int ExitCode, string Output, string Error) Run(string program, IEnumerable<string> arguments, Action? ended = null) => Run(program, arguments, Patience, CancellationToken.None, ended);

    /// <summary>The same, for so long; what takes longer is ended, with all that it has started.</summary>
    public static (int ExitCode, string Output, string Error) Run(string program, IEnumerable<string> arguments, TimeSpan patience, CancellationToken cancellation, Action? ended = null)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var end = cancellation.Register(() => process.Kill(entireProcessTree: true));
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        cancellation.ThrowIfCancellationRequested();
        ended?.Invoke();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts with an almost empty environment; input and output are the caller's.</summary>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }
}
