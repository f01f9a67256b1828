namespace SandboxedBuild.Interop;

/// <summary>
/// A pipe with a name (fifo(7)), for what another process has to say. Whoever can write to it can fill the kernel's buffer, 64 KB, and
/// no disk.
/// </summary>
internal sealed class Fifo : IDisposable
{
    private const uint Format = 0x1000;

    private readonly Descriptor _reader;

    private Fifo(Descriptor reader) => _reader = reader;

    /// <summary>Makes it anew; writers find a reader from now on, and so do not wait for one.</summary>
    public static Fifo Make(string directory, string name)
    {
        File.Delete(Path.Combine(directory, name));
        using var parent = Opening.Directory(directory);
        var bytes = System.Text.Encoding.UTF8.GetBytes(name);
        Naming.MakeNode(parent, bytes, Format);
        return new(Opening.File(parent, bytes));
    }

    /// <summary>What is in it now, up to a number of bytes; it does not wait for more.</summary>
    public ReadOnlySpan<byte> Read(int most) => Reading.Beginning(_reader, most);

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
