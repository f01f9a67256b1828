using System.Globalization;
using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The programs that set a step up, and what of them stays around it to its end. A variable in their environment, which the command does not get, tells whose they are: what they have open could
/// be handed to anybody.
/// </summary>
internal static class SetupProcesses
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "SANDBOXEDBUILD_STEP";

    /// <summary>The variable with its value.</summary>
    public static string MarkOf(Overlay overlay) => $"{Variable}={overlay.Id}";

    /// <summary>
    /// Ends what is left of them when the one was killed that was started. bwrap's first process inside asks to end with it as soon as all is set up, and not if it is gone by
    /// then (PR_SET_PDEATHSIG, prctl(2)): before, it waits for ever, or goes on and runs the command.
    /// </summary>
    /// <param name="overlay">The step's.</param>
    /// <param name="patience">How long the kernel may take for each.</param>
    /// <exception cref="SandboxException">SBX3003: one does not end.</exception>
    public static void End(Overlay overlay, TimeSpan patience)
    {
        var mark = Encoding.ASCII.GetBytes(MarkOf(overlay) + "\0");
        while (Having(mark) is { Count: > 0 } left)
        {
            left.ForEach(static process => ProcessEnd.Kill(process.Descriptor));
            var outlives = left.Find(process => !ProcessEnd.WaitFor(process.Descriptor, patience));
            left.ForEach(static process => process.Descriptor.Dispose());
            if (outlives.Descriptor is not null)
            {
                throw ExecutionDiagnostics.ProcessesOutliveSandbox(outlives.Id).AsException();
            }
        }
    }

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

    private static bool Has(string process, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(process + "/environ").AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return false;
        }
    }
}
