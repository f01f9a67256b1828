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
    /// <param name="file">A file that has just been made.</param>
    public static long In(Descriptor directory, ReadOnlySpan<byte> file)
    {
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
