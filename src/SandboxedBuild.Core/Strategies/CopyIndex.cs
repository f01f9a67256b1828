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

    private const byte CurrentVersion = 2;
    private static readonly byte[] s_file = Encoding.ASCII.GetBytes(FileName);

    /// <summary>What was there and was not copied: the state of overlays, device nodes.</summary>
    public IReadOnlyCollection<PassedEntry> Passed { get; init; } = [];

    /// <summary>The same for whoever looks from the copy to the live tree: the step wrote to the live one, and the copy is what was before.</summary>
    public CopyIndex Turned() => this with { Top = Turned(Top) };

    /// <summary>Notes it.</summary>
    public static void Write(OverlayRoot root, CopiedEntry top, IReadOnlyCollection<PassedEntry> passed)
    {
        using var storage = Opening.Directory(root.Storage);
        using var file = Opening.NewFile(storage, s_file);
        Write(file, ClockMarker.In(storage, s_file), top, passed);
    }

    private static void Write(Descriptor file, long marker, CopiedEntry top, IReadOnlyCollection<PassedEntry> passed)
    {
        using var handle = new SafeFileHandle(file.Number, ownsHandle: false);
        using var writer = new BinaryWriter(new FileStream(handle, FileAccess.Write));
        writer.Write(CurrentVersion);
        writer.Write(marker);
        writer.Write7BitEncodedInt(passed.Count);
        foreach (var (path, inode) in passed)
        {
            writer.Write7BitEncodedInt(path.Length);
            writer.Write(path);
            writer.Write7BitEncodedInt64((long)inode);
        }

        Write(writer, top);
    }

    /// <summary>Whether something was noted.</summary>
    public static bool IsThere(OverlayRoot root) => File.Exists(Path.Combine(root.Storage, FileName));

    /// <summary>Reads what was noted.</summary>
    /// <exception cref="IOException">It is not there, or of another version.</exception>
    public static CopyIndex Read(OverlayRoot root)
    {
        using var reader = Open(root, out var marker);
        var passed = ReadPassed(reader);
        return new(marker, ReadEntry(reader)) { Passed = passed };
    }

    /// <summary>The moment alone.</summary>
    public static long MarkerOf(OverlayRoot root)
    {
        using var reader = Open(root, out var marker);
        return marker;
    }

    /// <summary>
    /// Notes the live directories as they are now: another one may be in the place of one that was copied, without that anybody has moved it.
    /// </summary>
    public static void Renew(OverlayRoot root, Descriptor live)
    {
        var index = Read(root);
        using var storage = Opening.Directory(root.Storage);
        Naming.RemoveFile(storage, s_file);
        using var file = Opening.NewFile(storage, s_file);
        Write(file, index.Marker, Renewed(index.Top, live), index.Passed);
    }

    private static CopiedEntry Renewed(CopiedEntry entry, Descriptor live)
    {
        var children = new List<CopiedEntry>(entry.Children!.Count);
        Deep.Go(() =>
        {
            foreach (var child in entry.Children)
            {
                using var directory = child.Children is null ? null : Opening.TryDirectory(live, Paths.BytePath.FromBytes(child.Name));
                children.Add(directory is null ? child : Renewed(child with { Live = Stat.Of(directory).Inode }, directory));
            }
        });
        return entry with { Children = children };
    }

    /// <summary>What was not copied alone.</summary>
    public static IReadOnlyCollection<PassedEntry> PassedOf(OverlayRoot root)
    {
        using var reader = Open(root, out _);
        return ReadPassed(reader);
    }

    private static CopiedEntry Turned(CopiedEntry entry)
    {
        List<CopiedEntry>? children = null;
        if (entry.Children is { } known)
        {
            Deep.Go(() => children = known.ConvertAll(Turned));
        }

        return new(entry.Name, entry.Copy, entry.Live) { Children = children };
    }

    private static List<PassedEntry> ReadPassed(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        var passed = new List<PassedEntry>(count);
        while (passed.Count < count)
        {
            passed.Add(new(reader.ReadBytes(reader.Read7BitEncodedInt()), (ulong)reader.Read7BitEncodedInt64()));
        }

        return passed;
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
