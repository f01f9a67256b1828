namespace SandboxedBuild.Overlays;

/// <summary>
/// A small file of a state, made anew each time. Where one is truncated, be it empty, filesystems take it for one that is replaced, and write it to the disk when it is closed
/// (auto_da_alloc in Documentation/admin-guide/ext4.rst): what a step needs for as long as it runs would wait for a block each time.
/// </summary>
internal static class StateFile
{
    /// <summary>Writes it; what was there before goes.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        File.Delete(path);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, bytes, 0);
    }
}
