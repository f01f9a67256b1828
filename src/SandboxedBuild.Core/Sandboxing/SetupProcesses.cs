using System.Globalization;
using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The programs that set a step up, and what of them stays around it to its end. A variable in their environment, which the command does not get, tells whose they are: what they have open could
/// be handed to anybody.
/// </summary>
internal static class SetupProcesses
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "SANDBOXEDBUILD_STEP";

    /// <summary>A command may hold its sandbox's first process for as long as it is there, but that dies of itself soon after the one that it serves.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    /// <summary>How long the kernel may take to end one.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The variable with its value, for an overlay's id.</summary>
    public static string MarkOf(string overlay) => $"{Variable}={overlay}";

    /// <summary>
    /// Ends what is left of them when the one was killed that was started. bwrap's first process inside asks to end with it as soon as all is set up, and not if it is gone by
    /// then (PR_SET_PDEATHSIG, prctl(2)): before, it waits for ever, or goes on and runs the command.
    /// </summary>
    /// <param name="overlay">The id of the step's overlay.</param>
    /// <exception cref="SandboxException">SBX3003: one does not end.</exception>
    public static void End(string overlay)
    {
        var mark = Encoding.ASCII.GetBytes(MarkOf(overlay) + "\0");
        while (Having(mark) is { Count: > 0 } left)
        {
            left.ForEach(static process => ProcessEnd.Kill(process.Descriptor));
            var outlives = left.Find(static process => !ProcessEnd.WaitFor(process.Descriptor, s_patience));
            left.ForEach(static process => process.Descriptor.Dispose());
            if (outlives.Descriptor is not null)
            {
                throw ExecutionDiagnostics.ProcessesOutliveSandbox(outlives.Id).AsException();
            }
        }
    }

    /// <summary>
    /// Ends the first process inside, and with it all that are (pid_namespaces(7)), if it does not end by itself: a command may have taken the wish to end with its parent from it, by ptrace(2).
    /// </summary>
    /// <param name="first">Its number outside, which may be another process's by now.</param>
    /// <exception cref="SandboxException">SBX3003: it does not end.</exception>
    public static void EndFirst(int first)
    {
        using var process = ProcessEnd.TryOpen(first);
        if (process is null || ProcessEnd.WaitFor(process, s_soon) || !IsFirstInside(first))
        {
            return;
        }

        ProcessEnd.Kill(process);
        if (!ProcessEnd.WaitFor(process, s_patience))
        {
            throw ExecutionDiagnostics.ProcessesOutliveSandbox(first).AsException();
        }
    }

    /// <summary>Whether a process is the first one of a pid namespace below this one ("NSpid" in proc_pid_status(5)).</summary>
    private static bool IsFirstInside(int process) =>
        Encoding.ASCII.GetString(Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))).Split('\n').FirstOrDefault(static line => line.StartsWith("NSpid:", StringComparison.Ordinal))?.Split('\t') is [_, _, .., "1"];

    private static List<(int Id, Descriptor Descriptor)> Having(byte[] mark)
    {
        var found = new List<(int, Descriptor)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            // The process is held on to before it is looked at again, so that none with the same number is meant that has come since.
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Has(directory, mark) && ProcessEnd.TryOpen(id) is { } process)
            {
                if (Has(directory, mark))
                {
                    found.Add((id, process));
                }
                else
                {
                    process.Dispose();
                }
            }
        }

        return found;
    }

    private static bool Has(string process, byte[] mark) => Read(process + "/environ").AsSpan().IndexOf(mark) >= 0;

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return [];
        }
    }
}
