using System.Diagnostics;
using System.Text;

namespace SandboxedBuild.TestKit;

/// <summary>A program that a test runs to its end, and what came of it.</summary>
/// <param name="ExitCode">The exit code; 128 and the signal's number for a killed program.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record Command(int ExitCode, byte[] Output, string Error)
{
    /// <summary>The output as UTF-8.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output);

    /// <summary>Runs a program, without a shell and with an empty standard input.</summary>
    /// <param name="program">A path, or a name to look for in PATH.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">Variables to add or, with null, to remove.</param>
    /// <param name="workingDirectory">Where it runs; the current directory if null.</param>
    /// <param name="limit">How long it may take; a minute if null. Whoever takes longer is killed.</param>
    /// <exception cref="TimeoutException">The program took longer than <paramref name="limit"/>.</exception>
    public static Command Run(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null,
        TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        var copy = process.StandardOutput.BaseStream.CopyToAsync(output);
        if (!Task.WaitAll([error, copy], limit ?? TimeSpan.FromMinutes(1)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} took too long");
        }

        process.WaitForExit();
        return new(process.ExitCode, output.ToArray(), error.Result);
    }
}
