using System.Text;
using Microsoft.Win32.SafeHandles;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Strategies;

/// <summary>What was copied of a root, and when that was over, as it is noted in the storage: what a step has changed is told by it.</summary>
/// <param name="Marker">The moment, by the filesystem's clock: what has a later ctime was changed after the copy.</param>
/// <param name="Top">The root.</param>
internal sealed record CopyIndex(long Marker, CopiedEntry Top)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "copied";

    private const byte CurrentVersion = 1;
    private static readonly byte[] s_file = Encoding.ASCII.GetBytes(FileName);

    /// <summary>Notes it.</summary>
    public static void Write(OverlayRoot root, CopiedEntry top)
    {
        using var storage = Opening.Directory(root.Storage);
        using var file = Opening.NewFile(storage, s_file);
        var marker = ClockMarker.In(storage, s_file);
        using var handle = new SafeFileHandle(file.Number, ownsHandle: false);
        using var writer = new BinaryWriter(new FileStream(handle, FileAccess.Write));
        writer.Write(CurrentVersion);
        writer.Write(marker);
        Write(writer, top);
    }

    /// <summary>Whether something was noted.</summary>
    public static bool IsThere(OverlayRoot root) => File.Exists(Path.Combine(root.Storage, FileName));

    /// <summary>Reads what was noted.</summary>
    /// <exception cref="IOException">It is not there, or of another version.</exception>
    public static CopyIndex Read(OverlayRoot root)
    {
        using var reader = Open(root, out var marker);
        return new(marker, ReadEntry(reader));
    }

    /// <summary>The moment alone.</summary>
    public static long MarkerOf(OverlayRoot root)
    {
        using var reader = Open(root, out var marker);
        return marker;
    }

    private static BinaryReader Open(OverlayRoot root, out long marker)
    {
        var reader = new BinaryReader(new FileStream(Path.Combine(root.Storage, FileName), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024));
        if (reader.ReadByte() == CurrentVersion)
        {
            marker = reader.ReadInt64();
            return reader;
        }

        reader.Dispose();
        throw new IOException($"{root.Storage}: what was copied is noted in another form");
    }

    private static void Write(BinaryWriter writer, CopiedEntry entry)
    {
        writer.Write7BitEncodedInt(entry.Name.Length);
        writer.Write(entry.Name);
        writer.Write7BitEncodedInt64((long)entry.Live);
        writer.Write7BitEncodedInt64((long)entry.Copy);
        writer.Write7BitEncodedInt(entry.Children is { } children ? children.Count + 1 : 0);
        if (entry.Children is not null)
        {
            Deep.Go(() => entry.Children.ForEach(child => Write(writer, child)));
        }
    }

    private static CopiedEntry ReadEntry(BinaryReader reader)
    {
        var entry = new CopiedEntry(reader.ReadBytes(reader.Read7BitEncodedInt()), (ulong)reader.Read7BitEncodedInt64(), (ulong)reader.Read7BitEncodedInt64());
        var count = reader.Read7BitEncodedInt();
        if (count == 0)
        {
            return entry;
        }

        var children = new List<CopiedEntry>(count - 1);
        Deep.Go(() =>
        {
            while (children.Count < count - 1)
            {
                children.Add(ReadEntry(reader));
            }
        });
        return entry with { Children = children };
    }
}
