using System.Text.Json;

namespace SandboxedBuild.Commits;

/// <summary>
/// Writes a plan as it is read again (<see cref="CommitJournalJson"/>), what is zero or null left out. By hand, for nearly every commit writes
/// one: the serializer would first be compiled, which takes longer than the whole commit of a small change set.
/// </summary>
internal static class JournalWriting
{
    private const int Much = 1 << 16;
    private static readonly JsonWriterOptions s_options = new() { SkipValidation = true };

    /// <summary>Writes it, never whole in memory: of ten thousand steps, it is megabytes.</summary>
    public static void Write(CommitJournal journal, Stream content)
    {
        using var writer = new Utf8JsonWriter(content, s_options);
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, journal.Version);
        Number(writer, "durability"u8, (int)journal.Durability);
        if (journal.Manifest is { } manifest)
        {
            writer.WritePropertyName("manifest"u8);
            manifest.Write(writer);
        }

        writer.WriteStartArray("entries"u8);
        foreach (var entry in journal.Entries)
        {
            Write(entry, writer);
            if (writer.BytesPending > Much)
            {
                writer.Flush();
            }
        }

        writer.WriteEndArray();
        Flag(writer, "isRollback"u8, journal.IsRollback);
        writer.WriteEndObject();
    }

    private static void Write(JournalEntry entry, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        Number(writer, "action"u8, (int)entry.Action);
        Number(writer, "root"u8, entry.Root);
        if (!entry.Path.IsRoot)
        {
            writer.WriteBase64String("path"u8, entry.Path.Bytes);
        }

        Number(writer, "arriving"u8, entry.Arriving);
        Number(writer, "leaving"u8, entry.Leaving);
        Number(writer, "leavingSize"u8, entry.LeavingSize);
        Number(writer, "leavingModified"u8, entry.LeavingModified);
        Number(writer, "leavingChanged"u8, entry.LeavingChanged);
        if (entry.Place is not null)
        {
            writer.WriteString("place"u8, entry.Place);
        }

        Flag(writer, "hasOrigin"u8, entry.HasOrigin);
        Time(writer, "arrivingTime"u8, entry.ArrivingTime);
        Time(writer, "leavingTime"u8, entry.LeavingTime);
        Write("before"u8, entry.Before, writer);
        Write("after"u8, entry.After, writer);
        writer.WriteEndObject();
    }

    private static void Write(ReadOnlySpan<byte> name, EntryMetadata? metadata, Utf8JsonWriter writer)
    {
        if (metadata is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        Number(writer, "mode"u8, metadata.Mode);
        Number(writer, "uid"u8, metadata.Uid);
        Number(writer, "gid"u8, metadata.Gid);
        Number(writer, "modified"u8, metadata.Modified);
        writer.WriteStartObject("attributes"u8);
        foreach (var (attribute, value) in metadata.Attributes)
        {
            writer.WriteBase64String(attribute, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void Time(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } time)
        {
            writer.WriteNumber(name, time);
        }
    }

    private static void Flag(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, value);
        }
    }
}
