using System.Globalization;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The programs that set a step up, and what of them stays around it to its end. They have the step's pipe for errors as their standard error, a first process that is
/// a shell as descriptor 7; the command does not, nor does anybody else.
/// </summary>
internal static class SetupProcesses
{
    /// <summary>
    /// Ends what is left of them when the one was killed that was started. bwrap's first process inside asks to end with it as soon as all is set up, and not if it is gone by
    /// then (PR_SET_PDEATHSIG, prctl(2)): before, it waits for ever, or goes on and runs the command.
    /// </summary>
    /// <param name="errors">The step's pipe.</param>
    /// <param name="patience">How long the kernel may take for it.</param>
    /// <exception cref="SandboxException">SBX3003: one does not end.</exception>
    public static void End(Fifo errors, TimeSpan patience)
    {
        while (Having(errors.Entry()) is { Count: > 0 } left)
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

    private static List<(int Id, Descriptor Descriptor)> Having(EntryStat pipe)
    {
        var found = new List<(int, Descriptor)>();
        using var procfs = Opening.Directory("/proc");
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            // The process is held on to before it is looked at, so that none with the same number is meant that has come since.
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Has(id) && ProcessEnd.TryOpen(id) is { } process)
            {
                if (Has(id))
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

        bool Has(int id) => Is(id, "2") || Is(id, "7");

        bool Is(int id, string number) => Stat.TryBehind(procfs, string.Create(CultureInfo.InvariantCulture, $"{id}/fd/{number}")) is { } entry && entry.Inode == pipe.Inode && entry.Device == pipe.Device;
    }
}
