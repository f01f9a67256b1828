using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>
/// The plan of a commit on disk, whole before the first change to the live tree. While it is there, the commit has begun and is not
/// over: whoever finds it carries it on, or takes it back once that has been decided.
/// </summary>
/// <param name="Version">The form of the file: 1.</param>
/// <param name="Entries">The steps, in order.</param>
internal sealed record CommitJournal(int Version, ImmutableArray<JournalEntry> Entries)
{
    private const int CurrentVersion = 1;
    private const string PlanFile = "commit.json";
    private const string BackFile = "commit.back";
    private const string DoneFile = "commit.done";

    public static CommitJournal For(ImmutableArray<JournalEntry> entries) => new(CurrentVersion, entries);

    /// <summary>Whether a commit of this overlay has begun and is not over.</summary>
    public static bool IsOpen(string directory) => File.Exists(Path.Combine(directory, PlanFile)) && !File.Exists(Path.Combine(directory, DoneFile));

    /// <summary>Whether the commit that has begun is to be taken back.</summary>
    public static bool GoesBack(Overlay overlay) => File.Exists(Path.Combine(overlay.Directory, BackFile));

    /// <summary>The plan of the commit that has begun.</summary>
    /// <exception cref="SandboxException">It cannot be read; what was done is not guessed at.</exception>
    public static CommitJournal Read(Overlay overlay)
    {
        var file = Path.Combine(overlay.Directory, PlanFile);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), CommitJournalJson.Default.CommitJournal) is { Version: CurrentVersion, Entries.IsDefault: false } journal
                ? journal
                : throw new JsonException("it is of another version");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw ChangeDiagnostics.PlanUnreadable(file, e.Message).AsException();
        }
    }

    /// <summary>Decides that the commit is going to happen.</summary>
    public void Begin(Overlay overlay) => Write(overlay, PlanFile, JsonSerializer.SerializeToUtf8Bytes(this, CommitJournalJson.Default.CommitJournal));

    /// <summary>Decides that what was done is taken back.</summary>
    public static void Turn(Overlay overlay) => Write(overlay, BackFile, []);

    /// <summary>Says that all is done, one way or the other: from here on only the state is left to remove.</summary>
    public static void End(Overlay overlay) => Write(overlay, DoneFile, []);

    /// <summary>A file is there whole or not at all: written beside its place, made durable, then renamed.</summary>
    private static void Write(Overlay overlay, string name, byte[] content)
    {
        using var directory = Opening.Directory(overlay.Directory);
        var temporary = Path.Combine(overlay.Directory, name + ".new");
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path.Combine(overlay.Directory, name), overwrite: true);
        Syncing.Directory(directory);
    }
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CommitJournal))]
internal sealed partial class CommitJournalJson : JsonSerializerContext;
