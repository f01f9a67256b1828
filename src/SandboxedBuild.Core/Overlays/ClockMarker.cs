using SandboxedBuild.Interop;

namespace SandboxedBuild.Overlays;

/// <summary>Moments of a filesystem's clock, which ctimes are compared with.</summary>
internal static class ClockMarker
{
    /// <summary>
    /// A moment that lies between all changes made before now and all made after it. The clock of a filesystem ticks every few
    /// milliseconds, or, since Linux 6.13, as finely as it is looked at: a file of ours is changed until it shows another time.
    /// </summary>
    /// <param name="directory">Where the file is.</param>
    /// <param name="file">A file that nobody else changes.</param>
    public static long In(Descriptor directory, ReadOnlySpan<byte> file)
    {
        // What was changed just before may have the time that it is given first: another filesystem time is handed out for each look only.
        Ownership.SetMode(directory, file, Stat.TryOf(directory, file)!.Value.Mode);
        var first = Stat.TryOf(directory, file)!.Value;
        while (true)
        {
            Ownership.SetMode(directory, file, first.Mode);
            if (Stat.TryOf(directory, file)!.Value.Changed is var changed && changed > first.Changed)
            {
                return changed - 1;
            }

            Thread.Yield();
        }
    }
}
