using System.Collections.Immutable;
using System.Text;
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
/// <param name="Version">The form of the file: 2. In the first, no step had <see cref="JournalEntry.HasOrigin"/>.</param>
/// <param name="Durability">What is made durable.</param>
/// <param name="Entries">The steps, in order.</param>
internal sealed record CommitJournal(int Version, Durability Durability, ImmutableArray<JournalEntry> Entries)
{
    /// <summary>Whether it brings back what was before steps that wrote to the live roots, and not what steps left.</summary>
    public bool IsRollback { get; init; }

    /// <summary>The overlay's manifest, so that the plan says all that a recovery needs; null where it was not said yet.</summary>
    public OverlayManifest? Manifest { get; init; }

    private const int CurrentVersion = 2;
    private const string PlanFile = "commit.json";
    private const string BackFile = "commit.back";
    private const string DoneFile = "commit.done";
    private const string Unsaid = ".new";

    public static CommitJournal For(ImmutableArray<JournalEntry> entries, Durability durability) => new(CurrentVersion, durability, entries);

    /// <summary>Whether a commit of this overlay has begun and is not over.</summary>
    public static bool IsOpen(string directory) => Has(directory, PlanFile) && !Has(directory, DoneFile);

    /// <summary>Whether a commit of this overlay is over, and was not taken back.</summary>
    public static bool IsDone(string directory) => Has(directory, PlanFile) && Has(directory, DoneFile) && !Has(directory, BackFile);

    /// <summary>Whether a commit of this overlay has a plan, whatever became of it.</summary>
    public static bool IsThere(string directory) => Has(directory, PlanFile);

    /// <summary>Whether the commit that has begun is to be taken back.</summary>
    public static bool GoesBack(Overlay overlay) => Has(overlay.Directory, BackFile);

    /// <summary>When the commit was over, by the filesystem's clock: a live entry changed later was changed by somebody else.</summary>
    public static long DoneAt(Overlay overlay)
    {
        using var directory = Opening.Directory(overlay.Directory);
        return Stat.TryOf(directory, Name(DoneFile)) is { } done ? done.Changed : throw new SystemCallException("statx", DoneFile, Errno.NotFound);
    }

    /// <summary>The plan of the commit that has begun.</summary>
    /// <exception cref="SandboxException">It cannot be read; what was done is not guessed at.</exception>
    public static CommitJournal Read(Overlay overlay)
    {
        var file = Path.Combine(overlay.Directory, PlanFile);
        try
        {
            return Parse(file);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw ChangeDiagnostics.PlanUnreadable(file, e.Message).AsException();
        }
    }

    /// <summary>
    /// Makes ready for a plan: what an earlier commit of this overlay left, which was taken back, goes. The files by which the end will
    /// be told are made now, for then the disk may be full; from here on the state is nobody's to sweep away but a recovery's.
    /// </summary>
    public static void Announce(Overlay overlay)
    {
        Withdraw(overlay);
        using var directory = Opening.Directory(overlay.Directory);
        foreach (var name in new[] { DoneFile + Unsaid, BackFile + Unsaid })
        {
            Opening.NewFile(directory, Name(name)).Dispose();
        }
    }

    /// <summary>Takes away what was made for a commit that has not begun.</summary>
    private static void Withdraw(Overlay overlay)
    {
        using (var directory = Opening.Directory(overlay.Directory))
        {
            Clear(directory);
        }

        foreach (var root in overlay.Roots)
        {
            Yard.Clear(root, overlay.Id);
        }
    }

    /// <summary>Removes all that tells of a commit, the plan first.</summary>
    public static void Clear(Descriptor directory)
    {
        Drop(directory);
        foreach (var name in new[] { BackFile, DoneFile, PlanFile + Unsaid, BackFile + Unsaid, DoneFile + Unsaid }.Select(Name).Where(name => Stat.TryOf(directory, name) is not null))
        {
            Naming.RemoveFile(directory, name);
        }
    }

    /// <summary>Decides at once that the commit has happened: nothing of it is left to do.</summary>
    public void BeginDone(Overlay overlay)
    {
        using var directory = Opening.Directory(overlay.Directory);
        WritePlan(directory, overlay);
        Say(directory, DoneFile);
        Decide(directory, overlay);
    }

    /// <summary>Decides that the commit is going to happen.</summary>
    /// <param name="overlay">Whose it is.</param>
    /// <param name="last">Is done when the plan is written, but nobody would carry it out yet. Where it fails there is no commit.</param>
    public void Begin(Overlay overlay, Action? last = null)
    {
        using var directory = Opening.Directory(overlay.Directory);
        WritePlan(directory, overlay);
        try
        {
            last?.Invoke();
        }
        catch (SandboxException)
        {
            Withdraw(overlay);
            throw;
        }

        Decide(directory, overlay);
    }

    /// <summary>Decides that what was done is taken back.</summary>
    public void Turn(Overlay overlay)
    {
        using var directory = Opening.Directory(overlay.Directory);
        if (Stat.TryOf(directory, Name(BackFile)) is null)
        {
            Say(directory, BackFile);
        }
    }

    /// <summary>Says that all is done, one way or the other: from here on only the state is left to remove.</summary>
    public void End(Overlay overlay)
    {
        using var directory = Opening.Directory(overlay.Directory);
        Say(directory, DoneFile);
    }

    /// <summary>What the plan in a state says of the state's manifest; null where there is no plan that can be read, or it says nothing of it.</summary>
    public static OverlayManifest? ManifestIn(string directory)
    {
        try
        {
            return Parse(Path.Combine(directory, PlanFile)).Manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Begins to take back a commit that is over.</summary>
    public void Reopen(Overlay overlay)
    {
        using var directory = Opening.Directory(overlay.Directory);
        Turn(overlay);
        Naming.Move(directory, Name(DoneFile), directory, Name(DoneFile + Unsaid));
        Sync(directory);
    }

    /// <summary>Takes the plan away first, for without it nobody takes what is left of the state for a commit that was cut off.</summary>
    public static void Drop(Descriptor state)
    {
        if (Stat.TryOf(state, Name(PlanFile)) is not null)
        {
            Naming.RemoveFile(state, Name(PlanFile));
        }
    }

    private void Decide(Descriptor directory, Overlay overlay)
    {
        try
        {
            Say(directory, PlanFile);
        }
        catch (SystemCallException failure)
        {
            TakeBack(directory, failure, overlay);
            throw;
        }
    }

    /// <summary>The plan may be there though it is not known to be durable: then nobody is to carry it out.</summary>
    private static void TakeBack(Descriptor directory, SystemCallException failure, Overlay overlay)
    {
        try
        {
            Drop(directory);
        }
        catch (SystemCallException second)
        {
            throw ChangeDiagnostics.CommitNotUndone(failure.Message, second.Message, overlay.Directory).AsException();
        }
    }

    private static CommitJournal Parse(string file) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(file), CommitJournalJson.Default.CommitJournal) is { Version: 1 or CurrentVersion, Entries.IsDefault: false } journal
            ? journal
            : throw new JsonException("it is of another version");

    private static bool Has(string directory, string name) => File.Exists(Path.Combine(directory, name));

    private static byte[] Name(string name) => Encoding.ASCII.GetBytes(name);

    private void WritePlan(Descriptor directory, Overlay overlay)
    {
        using var file = Opening.NewFile(directory, Name(PlanFile + Unsaid));
        using var content = new WritingStream(file);
        JournalWriting.Write(this with { Manifest = overlay.Manifest }, content);
        Sync(file);
    }

    /// <summary>A file is there whole or not at all: made beside its place, then renamed.</summary>
    private void Say(Descriptor directory, string name)
    {
        Naming.Move(directory, Name(name + Unsaid), directory, Name(name));
        Sync(directory);
    }

    private void Sync(Descriptor descriptor)
    {
        if (Durability == Durability.Journal)
        {
            Syncing.Sync(descriptor);
        }
    }
}

/// <summary>Reading without reflection. Writing is <see cref="JournalWriting"/>'s.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CommitJournal))]
internal sealed partial class CommitJournalJson : JsonSerializerContext;
