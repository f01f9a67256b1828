using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Policies;

/// <summary>
/// What is protected besides the usual paths, as the policy said it when the steps ran. It stays with an overlay that is held, so that whoever commits it
/// later, from wherever, needs the same grants.
/// </summary>
/// <param name="Paths">Absolute paths, each with all that is in it.</param>
/// <param name="Globs">Globs of policies.</param>
public sealed record ProtectionNote(ImmutableArray<string> Paths, ImmutableArray<PathGlob> Globs)
{
    private const string FileName = "protect.json";

    /// <summary>Nothing.</summary>
    public static ProtectionNote None { get; } = new([], []);

    /// <summary>The patterns for a commit; symlinks on the way are followed.</summary>
    public IEnumerable<ProtectedGlob> Protected => [.. Paths.Select(static path => ProtectedGlob.Exactly(RealPath.OfFuture(path))), .. Globs.Select(ProtectedGlob.Of)];

    /// <summary>Both.</summary>
    public ProtectionNote And(ProtectionNote other) => new([.. Paths.Union(other.Paths, StringComparer.Ordinal)], [.. Globs.Union(other.Globs)]);

    /// <summary>Adds this to what is noted with an overlay.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void AddTo(Overlay overlay) =>
        WholeFile.Write(Path.Combine(overlay.Directory, FileName), JsonSerializer.SerializeToUtf8Bytes(Of(overlay.Directory).And(this), ProtectionNoteJson.Default.ProtectionNote));

    /// <summary>Holds an overlay with this. Noted first, so that no kill leaves it held without; and held all the same when it cannot be noted, so that no work is lost.</summary>
    /// <param name="overlay">The overlay.</param>
    /// <param name="reviewOf">The target of a step that no rule admits, for which a person has to look at it; else null.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Hold(Overlay overlay, string? reviewOf = null)
    {
        try
        {
            AddTo(overlay);
        }
        finally
        {
            if (reviewOf is null)
            {
                overlay.Hold();
            }
            else
            {
                overlay.HoldForReview(reviewOf);
            }
        }
    }

    /// <summary>What is noted with the overlay whose state is in a directory.</summary>
    /// <exception cref="IOException">It cannot be read: without it, nobody can say what may be committed.</exception>
    public static ProtectionNote Of(string directory)
    {
        try
        {
            return Path.Combine(directory, FileName) is var file && File.Exists(file)
                && JsonSerializer.Deserialize(File.ReadAllBytes(file), ProtectionNoteJson.Default.ProtectionNote) is { Paths.IsDefault: false, Globs.IsDefault: false } note ? note : None;
        }
        catch (JsonException e)
        {
            throw new IOException($"{Path.Combine(directory, FileName)}: {e.Message}", e);
        }
    }
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSerializable(typeof(ProtectionNote))]
internal sealed partial class ProtectionNoteJson : JsonSerializerContext;
