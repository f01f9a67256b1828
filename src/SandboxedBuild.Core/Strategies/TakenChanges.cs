using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// What is noted of an upper layer that was put together from a merged view: it holds what steps have changed and no more, so what is not in it
/// is as it was, unless it is noted here.
/// </summary>
/// <param name="Gone">What steps have deleted. A mark is in its place in the layer, a whiteout if the filesystem lets one be made.</param>
/// <param name="Copies">The inodes of files in the layer, by that of the live file that each of them was.</param>
internal sealed record TakenChanges(ImmutableHashSet<BytePath> Gone, ImmutableDictionary<ulong, ulong> Copies)
{
    /// <summary>The layer that is being put together.</summary>
    public const string NewUpper = "upper.new";

    private const string FileName = "taken";
    private const string NewFile = "taken.new";
    private const byte CurrentVersion = 1;

    /// <summary>Nothing was changed yet.</summary>
    private static TakenChanges None { get; } = new([], ImmutableDictionary<ulong, ulong>.Empty);

    /// <summary>Whether no step has run yet.</summary>
    public bool IsNothing => ReferenceEquals(this, None);

    /// <summary>Is there while a step runs, and after one whose changes were not taken over.</summary>
    public static string MarkOf(OverlayRoot root) => Path.Combine(root.Storage, "untaken");

    /// <summary>Notes it beside the layer that is being put together.</summary>
    public void Write(OverlayRoot root)
    {
        using var writer = new BinaryWriter(File.Create(Path.Combine(root.Storage, NewFile)));
        writer.Write(CurrentVersion);
        writer.Write7BitEncodedInt(Gone.Count);
        foreach (var path in Gone)
        {
            writer.Write7BitEncodedInt(path.Bytes.Length);
            writer.Write(path.Bytes);
        }

        writer.Write7BitEncodedInt(Copies.Count);
        foreach (var (live, copy) in Copies)
        {
            writer.Write7BitEncodedInt64((long)live);
            writer.Write7BitEncodedInt64((long)copy);
        }
    }

    /// <summary>Puts the new layer in the place of the one that was mounted.</summary>
    public static void Put(OverlayRoot root)
    {
        TreeRemoval.Remove(root.Upper);
        Directory.Move(Path.Combine(root.Storage, NewUpper), root.Upper);
        File.Move(Path.Combine(root.Storage, NewFile), Path.Combine(root.Storage, FileName), overwrite: true);
        File.Delete(MarkOf(root));
    }

    /// <summary>Removes all that was noted.</summary>
    public static void Drop(OverlayRoot root) => Array.ForEach([CopyIndex.FileName, FileName], file => File.Delete(Path.Combine(root.Storage, file)));

    /// <summary>Reads what was noted.</summary>
    /// <exception cref="SandboxException">SBX4024: the changes of the last step were not taken over.</exception>
    public static TakenChanges Read(OverlayRoot root)
    {
        if (File.Exists(MarkOf(root)))
        {
            throw FuseDiagnostics.NotTaken(root.Path, "the step was cut off").AsException();
        }

        if (!File.Exists(Path.Combine(root.Storage, FileName)))
        {
            return None;
        }

        using var reader = new BinaryReader(File.OpenRead(Path.Combine(root.Storage, FileName)));
        if (reader.ReadByte() != CurrentVersion)
        {
            throw new IOException($"{root.Storage}: what was taken over is noted in another form");
        }

        var gone = ImmutableHashSet.CreateBuilder<BytePath>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            gone.Add(BytePath.FromBytes(reader.ReadBytes(reader.Read7BitEncodedInt())));
        }

        var copies = ImmutableDictionary.CreateBuilder<ulong, ulong>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            copies[(ulong)reader.Read7BitEncodedInt64()] = (ulong)reader.Read7BitEncodedInt64();
        }

        return new(gone.ToImmutable(), copies.ToImmutable());
    }
}
