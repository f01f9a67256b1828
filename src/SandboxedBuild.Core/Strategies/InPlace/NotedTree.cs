using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// What was in a live root before steps wrote to it, as it is noted in the storage: names and what stat(2) tells, and nothing of the contents. What is mounted below the root is left
/// out, as overlayfs leaves it out, and so is the state of overlays.
/// </summary>
/// <param name="Marker">The moment, by the filesystem's clock, when that was over.</param>
/// <param name="Top">The root.</param>
/// <param name="Passed">What was left out and lies in the root.</param>
internal sealed record NotedTree(long Marker, NotedEntry Top, IReadOnlyList<PassedEntry> Passed)
{
    private const string FileName = "noted";
    private const byte CurrentVersion = 1;
    private static readonly byte[] s_mark = Encoding.ASCII.GetBytes(OverlayStore.CreationLock);

    /// <summary>Looks at the root, and notes it.</summary>
    public static void Note(OverlayRoot root, CancellationToken cancellation)
    {
        using var live = root.OpenLive();
        var stat = Stat.Of(live);
        var passed = new List<PassedEntry>();
        var top = new NotedEntry([], stat) { Children = [] };
        Add(live, top, default, stat.Mount, passed, cancellation);
        using var storage = Opening.Directory(root.Storage);
        using (Opening.NewFile(storage, Encoding.ASCII.GetBytes(FileName)))
        {
            // Now it is there to look at the clock by.
        }

        using var writer = new BinaryWriter(File.Create(FileOf(root)));
        writer.Write(CurrentVersion);
        writer.Write(Overlays.ClockMarker.In(storage, Encoding.ASCII.GetBytes(FileName)));
        writer.Write7BitEncodedInt(passed.Count);
        passed.ForEach(entry =>
        {
            Write(writer, entry.Path);
            writer.Write(entry.Inode);
        });
        Write(writer, top);
    }

    /// <summary>Reads what was noted.</summary>
    /// <exception cref="IOException">It is not there, or of another version.</exception>
    public static NotedTree Read(OverlayRoot root)
    {
        using var reader = new BinaryReader(new FileStream(FileOf(root), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024));
        if (reader.ReadByte() != CurrentVersion)
        {
            throw new IOException($"{root.Storage}: what was there is noted in another form");
        }

        var marker = reader.ReadInt64();
        var passed = new PassedEntry[reader.Read7BitEncodedInt()];
        for (var index = 0; index < passed.Length; index++)
        {
            passed[index] = new(ReadBytes(reader), reader.ReadUInt64());
        }

        return new(marker, ReadEntry(reader), passed);
    }

    /// <summary>Whether an entry is left out of what is compared: the state of overlays, and what is mounted.</summary>
    public static bool IsLeftOut(Descriptor directory, byte[] name, in EntryStat stat, ulong mount) =>
        StateDirectories.IsOfOverlays(name) || (stat.IsDirectory && (stat.Mount != mount || IsOfOverlays(directory, name)));

    private static bool IsOfOverlays(Descriptor directory, byte[] name)
    {
        using var inner = MergedTaking.OpenIfAllowed(directory, name);
        return inner is not null && Stat.TryOf(inner, s_mark) is not null;
    }

    private static void Add(Descriptor directory, NotedEntry entry, BytePath path, ulong mount, List<PassedEntry> passed, CancellationToken cancellation)
    {
        foreach (var name in DirectoryReading.Names(directory))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Stat.TryOf(directory, name) is not { } stat)
            {
                continue;
            }

            if (IsLeftOut(directory, name, stat, mount))
            {
                passed.Add(new(path.Append(name).Bytes.ToArray(), stat.Inode));
                continue;
            }

            using var inner = stat.IsDirectory ? MergedTaking.OpenIfAllowed(directory, name) : null;
            var child = new NotedEntry(name, stat) { Children = inner is null ? null : [] };
            entry.Children!.Add(child);
            if (inner is not null)
            {
                Deep.Go(() => Add(inner, child, path.Append(name), mount, passed, cancellation));
            }
        }
    }

    private static void Write(BinaryWriter writer, NotedEntry entry)
    {
        var stat = entry.Stat;
        Write(writer, entry.Name);
        writer.Write((byte)stat.Type);
        writer.Write(stat.Mode);
        writer.Write(stat.Uid);
        writer.Write(stat.Gid);
        writer.Write(stat.Inode);
        writer.Write(stat.Device);
        writer.Write(stat.Size);
        writer.Write(stat.Links);
        writer.Write(stat.Modified);
        writer.Write(stat.Changed);
        writer.Write7BitEncodedInt(entry.Children is { } children ? children.Count + 1 : 0);
        if (entry.Children is not null)
        {
            Deep.Go(() => entry.Children.ForEach(child => Write(writer, child)));
        }
    }

    private static NotedEntry ReadEntry(BinaryReader reader)
    {
        var name = ReadBytes(reader);
        var stat = default(EntryStat) with
        {
            Type = (EntryType)reader.ReadByte(),
            Mode = reader.ReadUInt32(),
            Uid = reader.ReadUInt32(),
            Gid = reader.ReadUInt32(),
            Inode = reader.ReadUInt64(),
            Device = reader.ReadUInt64(),
            Size = reader.ReadInt64(),
            Links = reader.ReadUInt32(),
            Modified = reader.ReadInt64(),
            Changed = reader.ReadInt64(),
        };
        var count = reader.Read7BitEncodedInt();
        if (count == 0)
        {
            return new(name, stat);
        }

        var children = new List<NotedEntry>(count - 1);
        Deep.Go(() =>
        {
            while (children.Count < count - 1)
            {
                children.Add(ReadEntry(reader));
            }
        });
        return new(name, stat) { Children = children };
    }

    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.Read7BitEncodedInt());

    private static string FileOf(OverlayRoot root) => Path.Combine(root.Storage, FileName);
}
