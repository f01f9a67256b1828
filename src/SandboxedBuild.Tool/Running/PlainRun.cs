using System.Collections.Immutable;
using System.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Tool.Running;

/// <summary>A command as it is, on the live tree, with the tool's own standard output and standard error.</summary>
internal static class PlainRun
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="overlay">From which its changes are told; null where they are not.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="outputToError">Whether its output goes to standard error.</param>
    /// <param name="cancellation">Ends it, with what it has started.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(ImmutableArray<string> command, Overlay? overlay, ToolHost host, bool outputToError, CancellationToken cancellation)
    {
        var start = outputToError ? new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >&2", "sh", .. command]) : new ProcessStartInfo(command[0], command[1..]);
        start.UseShellExecute = false;
        start.WorkingDirectory = host.CurrentDirectory;
        if (overlay is not null)
        {
            PlainStep.Begin(overlay, start.Environment);
        }

        using var process = Start(start);
        using (cancellation.Register(() => process.Kill(entireProcessTree: true)))
        {
            process.WaitForExit();
        }

        if (overlay is not null)
        {
            PlainStep.End(overlay);
        }

        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    /// <summary>Starts a process, without what this one itself was started with.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        using var kept = InheritedDescriptors.KeepBack();
        return Process.Start(start)!;
    }
}
