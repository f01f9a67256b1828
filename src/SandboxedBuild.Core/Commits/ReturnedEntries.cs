using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>
/// What undone commits brought back. Being renamed has given each entry a new ctime (inode(7)); what it had before tells whether an older commit can
/// be undone too.
/// </summary>
/// <param name="Entries">One for each.</param>
internal sealed record ReturnedEntries(ImmutableArray<ReturnedEntry> Entries)
{
    private const string FileName = "returned.json";

    /// <summary>When an entry was changed: its ctime, or what that was before it was brought back.</summary>
    public long ChangedOf(int root, EntryStat now) =>
        Entries.LastOrDefault(entry => entry.Root == root && entry.Inode == now.Inode && entry.Changed == now.Changed)?.ChangedBefore ?? now.Changed;

    /// <summary>What is noted with the backups of the same roots.</summary>
    public static ReturnedEntries Read(string place)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(place, FileName)), ReturnedEntriesJson.Default.ReturnedEntries) is { Entries.IsDefault: false } read ? read : new([]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return new([]);
        }
    }

    /// <summary>Notes these with the backups of the same roots.</summary>
    public void Write(string place) => File.WriteAllBytes(Path.Combine(place, FileName), JsonSerializer.SerializeToUtf8Bytes(this, ReturnedEntriesJson.Default.ReturnedEntries));

    /// <summary>Removes what is noted.</summary>
    public static void Forget(string place) => StateDirectories.Drop(Path.Combine(place, FileName));
}

/// <summary>One entry that was brought back.</summary>
/// <param name="Root">The root's number.</param>
/// <param name="Inode">Its inode.</param>
/// <param name="Changed">The ctime that it got by that.</param>
/// <param name="ChangedBefore">The ctime that it had before it was taken out.</param>
internal sealed record ReturnedEntry(int Root, ulong Inode, long Changed, long ChangedBefore);

/// <summary>Reading and writing without reflection.</summary>
[JsonSerializable(typeof(ReturnedEntries))]
internal sealed partial class ReturnedEntriesJson : JsonSerializerContext;
